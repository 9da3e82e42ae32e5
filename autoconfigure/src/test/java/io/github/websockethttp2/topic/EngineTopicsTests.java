package io.github.websockethttp2.topic;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.websockethttp2.testsupport.Waiting;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.util.unit.DataSize;

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

	private LocalTopics topics(EngineCounts counts) {
		ServerCodecConfigurer codecs = ServerCodecConfigurer.create();
		return new LocalTopics(() -> codecs, SlowConsumer.dropOldest().withBufferSize(DataSize.ofKilobytes(64)),
				new TopicCounts(), this.engine, counts);
	}

	/**
	 * Connects instances in this process.
	 */
	private static final class MemoryEngine implements TopicEngine {

		private final Map<String, List<FluxSink<TopicSignal>>> subscribers = new ConcurrentHashMap<>();

		private final List<ByteBuffer> published = new CopyOnWriteArrayList<>();

		private volatile boolean up = true;

		private volatile boolean deaf;

		@Override
		public Mono<Void> publish(String topic, ByteBuffer message) {
			if (!this.up) {
				return Mono.error(new IllegalStateException("Down"));
			}
			return Mono.fromRunnable(() -> {
				this.published.add(message);
				if (!this.deaf) {
					signal(topic, new TopicSignal.Message(message));
				}
			});
		}

		void signal(String topic, TopicSignal... signals) {
			for (TopicSignal signal : signals) {
				this.subscribers.getOrDefault(topic, List.of()).forEach((sink) -> sink.next(signal));
			}
		}

		@Override
		public Flux<TopicSignal> subscribe(String topic) {
			return Flux.create((sink) -> {
				List<FluxSink<TopicSignal>> sinks = this.subscribers.computeIfAbsent(topic,
						(added) -> new CopyOnWriteArrayList<>());
				sinks.add(sink);
				sink.onDispose(() -> sinks.remove(sink));
				sink.next(new TopicSignal.Up());
			});
		}

		@Override
		public boolean isUp() {
			return this.up;
		}

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
