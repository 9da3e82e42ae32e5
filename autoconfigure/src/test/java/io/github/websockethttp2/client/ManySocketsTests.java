package io.github.websockethttp2.client;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.websockethttp2.session.LiveSession;
import io.github.websockethttp2.session.WebSocketSessions;
import io.github.websockethttp2.session.WebSocketTransport;
import io.github.websockethttp2.testsupport.SampledLeaks;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

import org.springframework.web.reactive.socket.WebSocketMessage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Many sockets share few connections, and none of them harms another.
 */
class ManySocketsTests {

	private static final int SOCKETS = 200;

	/** Nine tenths of the streams, which the server does not announce. */
	private static final int SESSIONS = 45;

	/** 10,000 in the profile soak. */
	private static final int THOUSANDS = Integer.getInteger("soak.sockets", 1_000);

	/** For 10,000, with a leak detector, on a busy machine. */
	private static final Duration MINUTES = Waiting.LONG_TIMEOUT.multipliedBy(5);

	/** Nine tenths of 128, rounded up. */
	private static final int DEFAULT_SESSIONS = 116;

	@RegisterExtension
	static final TestServers DEFAULTS = new TestServers(Http2WebSocketClientTests.Handlers.class);

	@RegisterExtension
	static final TestServers SERVERS = new TestServers(Http2WebSocketClientTests.Handlers.class,
			"websocket.http2.max-streams-per-connection=50", "websocket.http2.stream-window-size=65535B");

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void burstTakesAsFewConnectionsAsItCan(Transport transport) {
		WebSocketSessions sessions = SERVERS.server(transport).bean(WebSocketSessions.class);
		await().until(() -> sessions.getCount() == 0);
		List<Throwable> errors = new CopyOnWriteArrayList<>();
		Http2WebSocketClient client = Http2WebSocketClientTests.client(transport);
		List<Disposable> open = Flux.range(0, SOCKETS)
			.map((index) -> client.execute(url(transport, "/echo"), (session) -> session.receive().then())
				.subscribe(null, errors::add))
			.collectList()
			.block(Waiting.TIMEOUT);
		await().until(() -> sessions.getCount() == SOCKETS || !errors.isEmpty());
		assertThat(errors).isEmpty();
		assertThat(sessions.getAll().stream().map((session) -> session.getTransport().connectionId()).distinct())
			.hasSize((SOCKETS + SESSIONS - 1) / SESSIONS);
		open.forEach(Disposable::dispose);
		await().until(() -> sessions.getCount() == 0);
	}

	/**
	 * With the server's defaults, which announce more streams than they take sessions.
	 */
	@Test
	@SampledLeaks
	void thousandsEchoAndCloseOnAsFewConnectionsAsItTakes() {
		Transport transport = Transport.H2C;
		WebSocketSessions sessions = DEFAULTS.server(transport).bean(WebSocketSessions.class);
		Counter counter = new Counter();
		Http2WebSocketClient client = Http2WebSocketClient.builder()
			.priorKnowledge(true)
			.fallback(false)
			.idleTimeout(Duration.ofMillis(100))
			.handshakeTimeout(MINUTES)
			.listener(counter)
			.build();
		URI url = URI.create("ws://127.0.0.1:" + DEFAULTS.server(transport).port() + "/echo");
		Sinks.Empty<Void> all = Sinks.empty();
		AtomicInteger echoes = new AtomicInteger();
		List<Throwable> errors = new CopyOnWriteArrayList<>();
		AtomicInteger done = new AtomicInteger();
		for (int i = 0; i < THOUSANDS; i++) {
			client
				.execute(url,
						(session) -> session.send(Mono.just(session.textMessage("hello")))
							.and(session.receive().take(1).doOnNext((message) -> echoes.incrementAndGet()))
							.then(all.asMono()))
				.subscribe(null, errors::add, done::incrementAndGet);
		}
		await().atMost(MINUTES).until(() -> echoes.get() == THOUSANDS || !errors.isEmpty());
		assertThat(errors).isEmpty();
		assertThat(sessions.getCount()).isEqualTo(THOUSANDS);
		assertThat(counter.opened).hasValue((THOUSANDS + DEFAULT_SESSIONS - 1) / DEFAULT_SESSIONS);
		all.tryEmitEmpty();
		await().atMost(MINUTES).until(() -> done.get() == THOUSANDS && sessions.getCount() == 0);
		await().until(() -> counter.closed.get() == counter.opened.get());
		assertThat(client.endpoints().size()).isZero();
		assertThat(errors).isEmpty();
	}

	private static final class Counter implements ClientListener {

		private final AtomicInteger opened = new AtomicInteger();

		private final AtomicInteger closed = new AtomicInteger();

		@Override
		public void connectionOpened(String endpoint, WebSocketTransport.Protocol protocol) {
			this.opened.incrementAndGet();
		}

		@Override
		public void connectionClosed(String endpoint, WebSocketTransport.Protocol protocol) {
			this.closed.incrementAndGet();
		}

	}

	@Test
	void socketThatIsNotReadStopsNoOther() {
		Transport transport = Transport.H2C;
		WebSocketSessions sessions = SERVERS.server(transport).bean(WebSocketSessions.class);
		await().until(() -> sessions.getCount() == 0);
		Http2WebSocketClient client = Http2WebSocketClientTests.client(transport);
		Disposable stalled = client.execute(url(transport, "/flood"), (session) -> Mono.never()).subscribe();
		await().until(() -> sessions.getAll().stream().anyMatch((session) -> session.getBufferedAmount() > 0));
		StepVerifier.create(client.execute(url(transport, "/echo"), (session) -> {
			Flux<WebSocketMessage> messages = Flux.range(0, 1_000).map((i) -> session.textMessage("x".repeat(1_000)));
			return session.send(messages).and(session.receive().take(1_000));
		})).expectComplete().verify(Waiting.LONG_TIMEOUT);
		assertThat(sessions.getAll().stream().map(LiveSession::getTransport)).hasSize(1);
		stalled.dispose();
		await().until(() -> sessions.getCount() == 0);
	}

	private static URI url(Transport transport, String path) {
		return transport.url(SERVERS.server(transport).port(), path);
	}

}
