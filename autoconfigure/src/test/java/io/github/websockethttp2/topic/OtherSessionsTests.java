package io.github.websockethttp2.topic;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;

import io.github.websockethttp2.client.Http2WebSocketClient;
import io.github.websockethttp2.testsupport.TestServer;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.util.unit.DataSize;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.HandshakeInfo;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;
import org.springframework.web.reactive.socket.client.ReactorNettyWebSocketClient;
import org.springframework.web.reactive.socket.client.WebSocketClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Topics of sessions that are not the server's own: those of clients, of decorators and
 * of tests.
 */
class OtherSessionsTests {

	@RegisterExtension
	static final TestServers SERVERS = new TestServers(TopicHandlers.class);

	@RegisterExtension
	static final TestServers OBSERVED = new TestServers(TopicHandlers.class,
			"websocket.http2.observation.messages=true");

	@AfterEach
	void nothingIsLeft() {
		SERVERS.awaitNoSessions();
		OBSERVED.awaitNoSessions();
	}

	@ParameterizedTest
	@EnumSource
	void observedSessionGetsMessages(Transport transport) {
		Topic<String> topic = TopicHandlers.topic(OBSERVED.server(transport), "news");
		try (WebSocketConnection connection = OBSERVED.connect(transport)) {
			WebSocketStream socket = TopicHandlers.join(connection, topic);
			assertThat(TopicHandlers.send(topic, "hello")).isEqualTo(new Delivery(1, 0, 0));
			assertThat(socket.awaitText()).isEqualTo("hello");
			connection.abort();
			TopicHandlers.awaitSubscribers(topic, 0);
		}
	}

	@Test
	void sessionOfReactorNettyGetsMessages() {
		assertClientSends(new ReactorNettyWebSocketClient());
	}

	@ParameterizedTest
	@EnumSource(names = { "H1", "H2C" })
	void sessionOfAClientMasksThem(Transport transport) {
		assertClientSends(
				Http2WebSocketClient.builder().http2(transport.isHttp2()).priorKnowledge(transport.isHttp2()).build());
	}

	/** What a client's session gets from a topic, the server's echo sends back. */
	private static void assertClientSends(WebSocketClient client) {
		TestServer server = SERVERS.server(Transport.H1);
		LinkedBlockingQueue<String> echoes = new LinkedBlockingQueue<>();
		LocalTopics topics = new LocalTopics(List::of,
				SlowConsumer.of(SlowConsumer.Policy.CLOSE).withBufferSize(DataSize.ofKilobytes(64)), new TopicCounts());
		Topic<String> topic = topics.get("to-server", String.class);
		Disposable running = client
			.execute(Transport.H1.url(server.port(), "/topics/anything"),
					(session) -> Mono.when(topic.subscribe(session),
							session.receive().map(WebSocketMessage::getPayloadAsText).doOnNext(echoes::add)))
			.onErrorComplete()
			.subscribe();
		TopicHandlers.awaitSubscribers(topic, 1);
		for (String text : List.of("hello", "x".repeat(10_000))) {
			assertThat(TopicHandlers.send(topic, text)).isEqualTo(new Delivery(1, 0, 0));
			assertThat(Waiting.take(echoes)).isEqualTo(text);
		}
		running.dispose();
		TopicHandlers.awaitSubscribers(topic, 0);
		assertThat(topics.size()).isZero();
	}

	@Test
	void slowSessionIsClosedOrMissesMessages() {
		LocalTopics topics = new LocalTopics(List::of,
				SlowConsumer.of(SlowConsumer.Policy.CLOSE).withBufferSize(DataSize.ofBytes(20)), new TopicCounts());
		Topic<String> topic = topics.get("news", String.class);
		OtherSession closing = new OtherSession();
		OtherSession latest = new OtherSession();
		List<String> ends = new ArrayList<>();
		topic.subscribe(closing).doFinally((signal) -> ends.add("closing " + signal)).subscribe();
		topic.subscribe(latest, SlowConsumer.latestOnly())
			.doFinally((signal) -> ends.add("latest " + signal))
			.subscribe();
		assertThat(topic.subscribers()).isEqualTo(2);
		assertThat(TopicHandlers.send(topic, "message 1")).isEqualTo(new Delivery(2, 0, 0));
		assertThat(TopicHandlers.send(topic, "message 2")).isEqualTo(new Delivery(1, 1, 1));
		assertThat(closing.closedWith).containsExactly(CloseStatus.SERVICE_OVERLOAD);
		assertThat(ends).containsExactly("closing onComplete");
		latest.subscriber.request(5);
		assertThat(TopicHandlers.send(topic, "message 3")).isEqualTo(new Delivery(1, 0, 0));
		assertThat(latest.sent).containsExactly("message 2", "message 3");
		latest.subscriber.cancel();
		assertThat(topic.subscribers()).isZero();
		TopicCounts counts = topics.getCounts();
		assertThat(List.of(counts.delivered(), counts.dropped(), counts.closed(), counts.subscribers()))
			.containsExactly(2L, 1L, 1L, 0L);
	}

	@Test
	void slowSessionsShareThePolicyOfTheTopic() {
		LocalTopics topics = new LocalTopics(List::of,
				SlowConsumer.of(SlowConsumer.Policy.CLOSE).withBufferSize(DataSize.ofBytes(20)), new TopicCounts());
		Topic<String> topic = topics.get("news", String.class).with(SlowConsumer.dropNewest());
		List<OtherSession> sessions = List.of(new OtherSession(), new OtherSession());
		topic.subscribe(sessions.get(0)).subscribe();
		sessions.get(1).send(topic.messages(sessions.get(1))).subscribe();
		assertThat(TopicHandlers.send(topic, "message 1")).isEqualTo(new Delivery(2, 0, 0));
		assertThat(TopicHandlers.send(topic, "message 2")).isEqualTo(new Delivery(0, 2, 0));
		assertThat(topic.subscribers()).isEqualTo(2);
		sessions.forEach((session) -> {
			session.subscriber.request(5);
			session.subscriber.cancel();
			assertThat(session.sent).containsExactly("message 1");
			assertThat(session.closedWith).isEmpty();
		});
		assertThat(topics.size()).isZero();
	}

	/**
	 * A session as a test of an application may make it, without anything that topics do
	 * not need.
	 */
	private static final class OtherSession implements WebSocketSession {

		private final List<String> sent = new CopyOnWriteArrayList<>();

		private final List<CloseStatus> closedWith = new CopyOnWriteArrayList<>();

		private final BaseSubscriber<WebSocketMessage> subscriber = new BaseSubscriber<>() {

			@Override
			protected void hookOnSubscribe(Subscription subscription) {
				// Requests nothing
			}

			@Override
			protected void hookOnNext(WebSocketMessage message) {
				OtherSession.this.sent.add(message.getPayloadAsText());
			}

		};

		@Override
		public Mono<Void> send(Publisher<WebSocketMessage> messages) {
			return Mono.create((sink) -> Flux.from(messages).doOnComplete(sink::success).subscribe(this.subscriber));
		}

		@Override
		public Mono<Void> close(CloseStatus status) {
			return Mono.fromRunnable(() -> this.closedWith.add(status));
		}

		@Override
		public DataBufferFactory bufferFactory() {
			return DefaultDataBufferFactory.sharedInstance;
		}

		@Override
		public Mono<CloseStatus> closeStatus() {
			return Mono.empty();
		}

		@Override
		public String getId() {
			throw new UnsupportedOperationException();
		}

		@Override
		public HandshakeInfo getHandshakeInfo() {
			throw new UnsupportedOperationException();
		}

		@Override
		public Map<String, Object> getAttributes() {
			throw new UnsupportedOperationException();
		}

		@Override
		public Flux<WebSocketMessage> receive() {
			throw new UnsupportedOperationException();
		}

		@Override
		public boolean isOpen() {
			throw new UnsupportedOperationException();
		}

		@Override
		public WebSocketMessage textMessage(String payload) {
			throw new UnsupportedOperationException();
		}

		@Override
		public WebSocketMessage binaryMessage(Function<DataBufferFactory, DataBuffer> payloadFactory) {
			throw new UnsupportedOperationException();
		}

		@Override
		public WebSocketMessage pingMessage(Function<DataBufferFactory, DataBuffer> payloadFactory) {
			throw new UnsupportedOperationException();
		}

		@Override
		public WebSocketMessage pongMessage(Function<DataBufferFactory, DataBuffer> payloadFactory) {
			throw new UnsupportedOperationException();
		}

	}

}
