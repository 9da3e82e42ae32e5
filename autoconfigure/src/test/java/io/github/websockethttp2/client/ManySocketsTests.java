package io.github.websockethttp2.client;

import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.websockethttp2.session.LiveSession;
import io.github.websockethttp2.session.WebSocketSessions;
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
		return URI
			.create(((transport.isTls()) ? "wss" : "ws") + "://127.0.0.1:" + SERVERS.server(transport).port() + path);
	}

}
