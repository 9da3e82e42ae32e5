package io.github.websockethttp2.transport;

import ch.qos.logback.classic.Level;
import io.github.websockethttp2.session.SessionRegistry;
import io.github.websockethttp2.testsupport.EndOfBytes;
import io.github.websockethttp2.testsupport.HeartbeatHandlers;
import io.github.websockethttp2.testsupport.Http2Client;
import io.github.websockethttp2.testsupport.LogCapture;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.web.reactive.socket.CloseStatus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A peer that says nothing between a ping and the timeout is gone, and so are its
 * sessions.
 */
class DeadPeerTests {

	@RegisterExtension
	static final TestServers SERVERS = HeartbeatHandlers.servers(HeartbeatHandlers.class);

	@BeforeEach
	void forget() {
		SERVERS.awaitNoSessions();
		HeartbeatHandlers.CLOSED.clear();
	}

	@ParameterizedTest
	@CsvSource({ "H2C, false", "H2C, true", "H2, false", "H2, true" })
	void endsAllSessionsOfADeadPeer(Transport transport, boolean hangs) {
		Http2Client client = SERVERS.http2Builder(transport).autoAckPing(false).connect();
		SessionRegistry sessions = SERVERS.server(transport).bean(SessionRegistry.class);
		for (int i = 0; i < 5; i++) {
			client.openWebSocket("/echo");
		}
		client.openWebSocket("/stalled");
		assertThat(sessions.getCount()).isEqualTo(6);
		client.reading(!hangs);
		await().until(() -> sessions.getCount() == 0 && sessions.getBudget().getUsed() == 0);
		await().until(() -> HeartbeatHandlers.CLOSED.size() == 6);
		assertThat(HeartbeatHandlers.CLOSED).containsOnly(CloseStatus.NO_CLOSE_FRAME);
		client.reading(true);
		client.awaitClosed();
	}

	/**
	 * The peer hangs while the server has much to send, so that the socket is full.
	 */
	@ParameterizedTest
	@EnumSource
	void endsTheSessionsOfAPeerThatHangsInTheMiddleOfAFlood(Transport transport) {
		SessionRegistry sessions = SERVERS.server(transport).bean(SessionRegistry.class);
		try (LogCapture log = LogCapture.start()) {
			if (transport.isHttp2()) {
				Http2Client client = SERVERS.http2Builder(transport)
					.connectionWindowIncrement(64 * 1024 * 1024)
					.initialWindowSize(64 * 1024 * 1024)
					.connect();
				client.openWebSocket("/flood");
				client.reading(false);
				await().until(() -> sessions.getCount() == 0);
				client.reading(true);
				client.abort();
			}
			else {
				WebSocketConnection connection = SERVERS.connect(transport);
				connection.open("/flood");
				await().until(() -> sessions.getCount() == 0);
				connection.abort();
			}
			await().until(() -> HeartbeatHandlers.CLOSED.size() == 1);
			assertThat(HeartbeatHandlers.CLOSED).containsExactly(CloseStatus.NO_CLOSE_FRAME);
			log.assertNothingAbove(Level.DEBUG);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H1", "H1_TLS" })
	void endsTheSessionOfADeadPeerOverHttp1(Transport transport) {
		try (WebSocketConnection connection = SERVERS.connect(transport)) {
			WebSocketStream socket = connection.open("/echo");
			socket.awaitPing();
			assertThat(socket.awaitEndOfBytes().kind()).isIn(EndOfBytes.Kind.TCP_CLOSED, EndOfBytes.Kind.TCP_RESET);
			await().until(() -> HeartbeatHandlers.CLOSED.size() == 1);
			assertThat(HeartbeatHandlers.CLOSED).containsExactly(CloseStatus.NO_CLOSE_FRAME);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H1", "H1_TLS" })
	void endsTheSessionOfADeadPeerWhoseMessagesAreNotRead(Transport transport) {
		try (WebSocketConnection connection = SERVERS.connect(transport)) {
			WebSocketStream socket = connection.open("/stalled");
			socket.sendText("one that waits");
			socket.sendBinary(new byte[20_000]);
			await().until(() -> SERVERS.server(transport).bean(SessionRegistry.class).getCount() == 0);
			await().until(() -> HeartbeatHandlers.CLOSED.size() == 1);
			assertThat(HeartbeatHandlers.CLOSED).containsExactly(CloseStatus.NO_CLOSE_FRAME);
		}
	}

}
