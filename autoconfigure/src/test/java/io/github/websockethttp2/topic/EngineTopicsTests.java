package io.github.websockethttp2.topic;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;

import io.github.websockethttp2.testsupport.Waiting;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mockito.ArgumentMatchers;
import org.mockito.Mockito;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import org.springframework.core.ParameterizedTypeReference;
import org.springframework.core.codec.DecodingException;
import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.util.unit.DataSize;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for topics of two instances, which a {@link TopicEngine} in memory connects.
 */
class EngineTopicsTests {

	private final MemoryEngine engine = new MemoryEngine();

	private final EngineCounts hereCounts = new EngineCounts();

	private final EngineCounts thereCounts = new EngineCounts();

	private final LocalTopics here = topics(this.hereCounts);

	private final LocalTopics there = topics(this.thereCounts);

	@AfterEach
	void close() {
		this.here.close();
		this.there.close();
	}

	@Test
	void whenMessageIsSentThenEverybodyGetsItOnceAndInOrder() {
		Topic<String> topic = this.there.get("news", String.class);
		StepVerifier.create(topic.messages().mergeWith(this.here.get("news", String.class).messages())).then(() -> {
			assertThat(send("one")).isEqualTo(new Delivery(1, 0, 0));
			assertThat(send("two")).isEqualTo(new Delivery(1, 0, 0));
		}).expectNext("one", "one", "two", "two").thenCancel().verify();
		assertThat(this.hereCounts.published()).isEqualTo(2);
		assertThat(this.hereCounts.received()).isZero();
		assertThat(this.thereCounts.received()).isEqualTo(2);
		assertThat(this.thereCounts.gaps()).isZero();
	}

	@Test
	void whenNobodyIsInTopicHereThenItIsPublishedAllTheSame() {
		StepVerifier.create(this.there.get("news", String.class).messages())
			.then(() -> assertThat(send("one")).isEqualTo(Delivery.NONE))
			.expectNext("one")
			.thenCancel()
			.verify();
	}

	@Test
	void whenValuesAreWantedElsewhereThenTheyAreDecoded() {
		record Price(String symbol, double value) {
		}
		Price price = new Price("DAX", 24_000.5);
		StepVerifier.create(this.there.get("prices", Price.class).messages())
			.then(() -> this.here.get("prices", Price.class).send(price).block(Waiting.TIMEOUT))
			.expectNext(price)
			.thenCancel()
			.verify();
		StepVerifier.create(this.there.get("bytes", byte[].class).messages())
			.then(() -> this.here.get("bytes", byte[].class).send(new byte[] { 1, 2 }).block(Waiting.TIMEOUT))
			.assertNext((bytes) -> assertThat(bytes).containsExactly(1, 2))
			.thenCancel()
			.verify();
	}

	@Test
	void whenValuesOfGenericTypeAreWantedElsewhereThenTheyAreDecodedAsThat() {
		record Price(double value) {
		}
		ParameterizedTypeReference<Map<String, List<Price>>> type = new ParameterizedTypeReference<>() {
		};
		Topic<Map<String, List<Price>>> topic = this.there.get("prices", type);
		Map<String, List<Price>> prices = Map.of("DAX", List.of(new Price(24_000.5)));
		StepVerifier.create(topic.messages())
			.then(() -> this.here.get("prices", type).send(prices).block(Waiting.TIMEOUT))
			.expectNext(prices)
			.thenCancel()
			.verify();
		TopicPosition position = position(topic);
		this.here.get("prices", type).send(prices).block(Waiting.TIMEOUT);
		StepVerifier.create(replay(topic, position))
			.expectNext("{\"DAX\":[{\"value\":24000.5}]}")
			.thenCancel()
			.verify();
		StepVerifier.create(topic.messages())
			.then(() -> this.here.get("prices", String.class)
				.send("{\"DAX\":[{\"value\":true}]}")
				.block(Waiting.TIMEOUT))
			.expectError(DecodingException.class)
			.verify();
	}

	@Test
	void whenMessageCannotBeDecodedThenSubscriberFails() {
		StepVerifier.create(this.there.get("news", Integer.class).messages())
			.then(() -> send("no number"))
			.expectError()
			.verify();
		assertThat(this.there.size()).isZero();
	}

	@Test
	void whenPublishFailsThenItIsDeliveredHereAndNextMessageTellsTheGap() {
		Topic<String> topic = this.there.get("news", String.class);
		StepVerifier.create(this.here.get("news", String.class).messages().take(3).then()).then(() -> {
			StepVerifier.create(Flux.merge(topic.messages(), topic.events().map(TopicEvent::name)))
				.expectNext("UP")
				.then(() -> send("one"))
				.expectNext("one")
				.then(() -> {
					this.engine.up = false;
					assertThat(send("two")).isEqualTo(new Delivery(1, 0, 0));
					this.engine.up = true;
					send("three");
				})
				.expectNext("GAP", "three")
				.thenCancel()
				.verify();
		}).verifyComplete();
		assertThat(this.hereCounts.failed()).isEqualTo(1);
		assertThat(this.hereCounts.inFlight()).isZero();
	}

	@Test
	void whenSubscriberToEventsThrowsThenOthersAreToldAndTheTopicStaysConnected() {
		Topic<String> topic = this.there.get("news", String.class);
		topic.events().subscribe(new ThrowingSubscriber());
		StepVerifier.create(Flux.merge(topic.messages(), topic.events().map(TopicEvent::name)))
			.expectNext("UP")
			.then(() -> {
				this.engine.up = false;
				send("lost");
				this.engine.up = true;
				send("two");
			})
			.expectNext("GAP", "two")
			.thenCancel()
			.verify();
	}

	@Test
	void whenNoMessageFollowsTheLostOneThenGapIsToldAllTheSame() {
		Topic<String> topic = this.there.get("news", String.class);
		StepVerifier.create(Flux.merge(topic.messages(), topic.events().map(TopicEvent::name)))
			.expectNext("UP")
			.then(() -> {
				this.engine.up = false;
				send("lost");
				this.engine.up = true;
			})
			.expectNext("GAP")
			.thenCancel()
			.verify();
		assertThat(this.hereCounts.failed()).isEqualTo(1);
	}

	@Test
	void whenEngineLosesMessageSilentlyThenNextOneTellsTheGap() {
		Topic<String> topic = this.there.get("news", String.class);
		StepVerifier.create(Flux.merge(topic.messages(), topic.events().map(TopicEvent::name)))
			.expectNext("UP")
			.then(() -> {
				send("one");
				this.engine.deaf = true;
				send("lost");
				this.engine.deaf = false;
				send("three");
			})
			.expectNext("one", "GAP", "three")
			.thenCancel()
			.verify();
	}

	@Test
	void whenEngineIsDownAndUpThenListenersAreTold() {
		Topic<String> topic = this.there.get("news", String.class);
		StepVerifier.create(topic.events())
			.expectNext(TopicEvent.UP)
			.then(() -> this.engine.signal("news", new TopicSignal.Down(), new TopicSignal.Up(), new TopicSignal.Gap()))
			.expectNext(TopicEvent.DOWN, TopicEvent.UP, TopicEvent.GAP)
			.thenCancel()
			.verify();
		assertThat(this.thereCounts.gaps()).isEqualTo(1);
	}

	/**
	 * Events come on the threads of those who send, among others.
	 */
	@Test
	void whenListenerWaitsForOthersAtItsFirstEventThenItHoldsNobodyUp() {
		Topic<String> topic = this.there.get("news", String.class);
		List<TopicEvent> events = new CopyOnWriteArrayList<>();
		Disposable listening = topic.events().subscribe((event) -> {
			events.add(event);
			if (events.size() == 1) {
				Waiting.join(CompletableFuture.runAsync(() -> {
					this.engine.signal("news", new TopicSignal.Down(), new TopicSignal.Up(), new TopicSignal.Gap());
					assertThat(topic.events().blockFirst(Waiting.TIMEOUT)).isEqualTo(TopicEvent.UP);
				}));
			}
		});
		assertThat(events).containsExactly(TopicEvent.UP, TopicEvent.DOWN, TopicEvent.UP, TopicEvent.GAP);
		listening.dispose();
	}

	@Test
	void whenMessageComesLateThenOrderIsKept() {
		Topic<String> topic = this.there.get("news", String.class);
		StepVerifier.create(topic.messages())
			.then(() -> send("one"))
			.then(() -> send("two"))
			.then(() -> this.engine.signal("news", new TopicSignal.Message(this.engine.published.get(0))))
			.then(() -> this.engine.signal("news", new TopicSignal.Message(ByteBuffer.allocate(3))))
			.then(() -> send("three"))
			.expectNext("one", "two", "three")
			.thenCancel()
			.verify();
	}

	@Test
	void whenLastHasLeftThenTopicIsSubscribedToForAWhile() {
		EngineTopics topics = new EngineTopics(this.engine, this.hereCounts, (name, message) -> {
		}, Duration.ofMillis(50));
		topics.occupied("news");
		topics.empty("news");
		topics.occupied("news");
		assertThat(this.hereCounts.subscriptions()).isEqualTo(1);
		Disposable events = topics.events("news").subscribe();
		topics.empty("news");
		events.dispose();
		Awaitility.await().until(() -> this.engine.subscribers.get("news").isEmpty());
		assertThat(this.hereCounts.subscriptions()).isZero();
	}

	@Test
	void whenThereIsNoEngineThenNothingHappens() {
		LocalTopics topics = new LocalTopics(List::of, SlowConsumer.dropOldest().withBufferSize(DataSize.ofBytes(10)),
				new TopicCounts());
		StepVerifier.create(topics.get("news", String.class).events()).expectSubscription().thenCancel().verify();
		assertThat(topics.get("news", String.class).send("one").block(Waiting.TIMEOUT)).isEqualTo(Delivery.NONE);
	}

	@Test
	void whenSubscriberComesBackThenItGetsWhatItHasMissedAndGoesOn() {
		Topic<String> topic = this.there.get("news", String.class);
		send("old");
		TopicPosition position = position(topic);
		send("one");
		send("two");
		StepVerifier.create(replay(topic, position))
			.expectNext("one", "two")
			.then(() -> send("three"))
			.expectNext("three")
			.thenCancel()
			.verify();
		assertThat(this.thereCounts.replays()).isEqualTo(1);
		Awaitility.await().untilAsserted(() -> assertThat(topic.subscribers()).isZero());
	}

	@Test
	void whenMessagesAreSentWhileHistoryIsReadThenEachComesOnce() {
		Topic<String> topic = this.here.get("news", String.class);
		TopicPosition position = position(topic);
		send("one");
		Topic<String> elsewhere = this.there.get("news", String.class);
		// The history has the first two, and not the others
		this.engine.duringRead = () -> {
			send("two");
			elsewhere.send("three").block(Waiting.TIMEOUT);
		};
		this.engine.afterRead = () -> {
			send("four");
			elsewhere.send("five").block(Waiting.TIMEOUT);
		};
		StepVerifier.create(replay(topic, position))
			.expectNext("one", "two", "three", "four", "five")
			.then(() -> send("six"))
			.expectNext("six")
			.thenCancel()
			.verify();
	}

	@Test
	void whenMessageFromBeforeThePositionComesLateThenItIsNotSent() {
		Topic<String> topic = this.there.get("news", String.class);
		this.engine.deaf = true;
		send("old");
		this.engine.deaf = false;
		TopicPosition position = position(topic);
		this.engine.beforePosition = () -> this.engine.signal("news",
				new TopicSignal.Message(this.engine.published.get(0)));
		StepVerifier.create(replay(topic, position)).then(() -> send("new")).expectNext("new").thenCancel().verify();
	}

	@Test
	void whenTooMuchIsSentWhileHistoryIsReadThenSubscriptionFails() {
		Topic<String> topic = this.here.get("news", String.class);
		TopicPosition position = position(topic);
		this.engine.afterRead = () -> IntStream.rangeClosed(0, 10_000).forEach((number) -> send("much"));
		StepVerifier.create(replay(topic, position)).expectError(MissedMessagesException.class).verify();
		assertThat(this.here.size()).isZero();
	}

	@Test
	void whenMessageIsLostHereThenSubscriptionFailsUntilItIsTold() {
		Topic<String> topic = this.here.get("news", String.class);
		TopicPosition position = position(topic);
		this.engine.up = false;
		send("lost");
		this.engine.up = true;
		StepVerifier.create(replay(topic, position)).expectError(MissedMessagesException.class).verify();
		send("told");
		TopicPosition later = position(topic);
		this.engine.afterRead = () -> {
			this.engine.up = false;
			send("lost, too");
			this.engine.up = true;
			send("two");
		};
		StepVerifier.create(replay(topic, later)).expectError(MissedMessagesException.class).verify();
	}

	@Test
	void whenEngineHasLostItsEndThenNextMessageTellsIt() {
		Topic<String> topic = this.there.get("news", String.class);
		send("one");
		TopicPosition position = position(topic);
		send("lost");
		send("three");
		this.engine.published.remove(1);
		StepVerifier.create(replay(topic, position)).expectError(MissedMessagesException.class).verify();
	}

	@Test
	void whenMessagesAreMissedWhileHistoryIsReadThenItIsReadAgain() {
		Topic<String> topic = this.there.get("news", String.class);
		TopicPosition position = position(topic);
		send("one");
		this.engine.answers = false;
		StepVerifier.create(replay(topic, position))
			.then(() -> this.engine.signal("news", new TopicSignal.Down()))
			.expectErrorSatisfies((ex) -> assertThat(ex).isInstanceOf(MissedMessagesException.class)
				.hasMessageContaining("cannot be reached"))
			.verify();
		this.engine.signal("news", new TopicSignal.Up());
		StepVerifier.create(replay(topic, position)).then(() -> {
			this.engine.answers = true;
			this.engine.signal("news", new TopicSignal.Gap());
		}).expectNext("one").thenCancel().verify();
	}

	/**
	 * Also if the thread that asks has not been told yet.
	 */
	@Test
	void whenGapIsToldRightBeforeTheAnswerThenHistoryIsReadAgain() {
		Topic<String> topic = this.there.get("news", String.class);
		TopicPosition position = position(topic);
		List<TopicSignal> gaps = new ArrayList<>(List.of(new TopicSignal.Gap(), new TopicSignal.Gap()));
		AtomicInteger reads = new AtomicInteger();
		this.engine.duringRead = () -> send("message " + reads.incrementAndGet());
		this.engine.afterRead = () -> {
			if (!gaps.isEmpty()) {
				this.engine.deaf = true;
				send("missed");
				this.engine.deaf = false;
				this.engine.signal("news", gaps.remove(0));
			}
		};
		StepVerifier.create(replay(topic, position))
			.expectNext("message 1", "missed", "message 2", "missed", "message 3")
			.thenCancel()
			.verify();
		assertThat(reads).hasValue(3);
	}

	@Test
	void whenPositionIsInNoHistoryThenSubscriptionFails() {
		Topic<String> topic = this.there.get("news", String.class);
		StepVerifier.create(replay(topic, new TopicPosition("made up")))
			.expectError(MissedMessagesException.class)
			.verify();
		assertThat(this.thereCounts.refusedReplays()).isEqualTo(1);
		assertThat(topic.subscribers()).isZero();
	}

	@Test
	void whenMessageHasNotGotIntoTheHistoryThenSubscriptionFails() {
		Topic<String> topic = this.there.get("news", String.class);
		TopicPosition position = position(topic);
		this.engine.up = false;
		send("lost");
		this.engine.up = true;
		send("two");
		StepVerifier.create(replay(topic, position)).expectError(MissedMessagesException.class).verify();
		// What follows is complete
		TopicPosition later = position(topic);
		send("three");
		StepVerifier.create(replay(topic, later)).expectNext("three").thenCancel().verify();
	}

	@Test
	void whenMoreWasMissedThanMayWaitThenOnlyOneThatWouldBeClosedFails() {
		Topic<String> topic = this.there.get("news", String.class);
		TopicPosition position = position(topic);
		send("a".repeat(40));
		send("b".repeat(40));
		DataSize size = DataSize.ofBytes(60);
		StepVerifier
			.create(replay(topic, position, SlowConsumer.close(CloseStatus.SERVICE_OVERLOAD).withBufferSize(size)))
			.expectError(MissedMessagesException.class)
			.verify();
		StepVerifier.create(replay(topic, position, SlowConsumer.dropOldest().withBufferSize(size)))
			.expectNext("b".repeat(40))
			.thenCancel()
			.verify();
		Topic<String> closing = topic.with(SlowConsumer.close(CloseStatus.SERVICE_OVERLOAD).withBufferSize(size));
		StepVerifier.create(replay((session) -> closing.subscribe(session, position)))
			.expectError(MissedMessagesException.class)
			.verify();
	}

	@Test
	void whenSubscriptionEndsOrFailsThenNothingIsKept() {
		Topic<String> topic = this.there.get("news", String.class);
		TopicPosition position = position(topic);
		this.engine.answers = false;
		StepVerifier.create(replay(topic, position)).expectSubscription().thenCancel().verify();
		this.engine.answers = true;
		StepVerifier.create(replay(topic, new TopicPosition("none"))).expectError().verify();
		assertThat(this.there.size()).isZero();
		Awaitility.await().untilAsserted(() -> assertThat(this.thereCounts.subscriptions()).isZero());
	}

	@Test
	void whenThereIsNoHistoryThenFailureSaysWhatToDo() {
		LocalTopics topics = new LocalTopics(List::of, SlowConsumer.dropOldest().withBufferSize(DataSize.ofBytes(10)),
				new TopicCounts());
		StepVerifier.create(topics.get("news", String.class).position())
			.expectErrorSatisfies((ex) -> assertThat(ex).isInstanceOf(IllegalStateException.class)
				.hasMessageContaining("websocket-http2-topics-redis"))
			.verify();
		this.engine.keepsHistory = false;
		StepVerifier.create(this.here.get("news", String.class).position())
			.expectError(UnsupportedOperationException.class)
			.verify();
	}

	@Test
	void envelopeIsWhatItsDescriptionSays() {
		TopicEnvelope envelope = new TopicEnvelope(TopicEnvelope.Kind.TEXT, true, new MessageOrigin(1, 2), 3,
				ByteBuffer.wrap("é".getBytes(StandardCharsets.UTF_8)));
		assertThat(envelope.toBytes().array()).containsExactly(0x15, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0,
				0, 0, 0, 0, 0, 0, 3, 0xC3, 0xA9);
		assertThat(TopicEnvelope.of(envelope.toBytes())).isEqualTo(envelope);
		assertThat(TopicEnvelope.of(ByteBuffer.allocate(25))).isNull();
		assertThat(TopicEnvelope.of(ByteBuffer.allocate(25).put(0, (byte) 0x13))).isNull();
		assertThat(TopicEnvelope.of(ByteBuffer.allocate(24).put(0, (byte) 0x10))).isNull();
	}

	private Delivery send(String text) {
		return this.here.get("news", String.class).send(text).block(Waiting.TIMEOUT);
	}

	private static TopicPosition position(Topic<?> topic) {
		TopicPosition position = topic.position().block(Waiting.TIMEOUT);
		assertThat(position).isNotNull();
		return position;
	}

	/**
	 * Returns what a session gets that is not one of ours.
	 */
	private static Flux<String> replay(Topic<?> topic, TopicPosition position) {
		return replay(topic, position, SlowConsumer.dropOldest());
	}

	private static Flux<String> replay(Topic<?> topic, TopicPosition position, SlowConsumer slowConsumer) {
		return replay((session) -> topic.subscribe(session, position, slowConsumer));
	}

	private static Flux<String> replay(Function<WebSocketSession, Mono<Void>> subscription) {
		return Flux.create((sink) -> {
			WebSocketSession session = Mockito.mock(WebSocketSession.class);
			Mockito.when(session.closeStatus()).thenReturn(Mono.never());
			Mockito.when(session.send(ArgumentMatchers.any()))
				.thenAnswer((invocation) -> Flux.from(invocation.<Publisher<WebSocketMessage>>getArgument(0))
					.doOnNext((message) -> sink.next(message.getPayloadAsText()))
					.then());
			sink.onDispose(subscription.apply(session).subscribe(null, sink::error));
		});
	}

	private LocalTopics topics(EngineCounts counts) {
		ServerCodecConfigurer codecs = ServerCodecConfigurer.create();
		return new LocalTopics(() -> codecs, SlowConsumer.dropOldest().withBufferSize(DataSize.ofKilobytes(64)),
				new TopicCounts(), this.engine, counts);
	}

	/**
	 * Throws at the second event, past everything that would make an error of it.
	 */
	private static final class ThrowingSubscriber implements CoreSubscriber<TopicEvent> {

		private boolean first = true;

		@Override
		public void onSubscribe(Subscription subscription) {
			subscription.request(Long.MAX_VALUE);
		}

		@Override
		public void onNext(TopicEvent event) {
			if (!this.first) {
				throw new IllegalStateException("Test");
			}
			this.first = false;
		}

		@Override
		public void onError(Throwable ex) {
			// Not of interest
		}

		@Override
		public void onComplete() {
			// Never
		}

	}

}
