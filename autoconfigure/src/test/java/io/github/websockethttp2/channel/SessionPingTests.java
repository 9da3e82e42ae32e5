package io.github.websockethttp2.channel;

import io.github.websockethttp2.testsupport.HeartbeatHandlers;
import io.github.websockethttp2.testsupport.Http2Client;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketStream;
import io.netty.handler.codec.http2.Http2Error;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.web.reactive.socket.CloseStatus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Pings of the sessions themselves, for proxies that keep those of a connection to
 * themselves.
 */
class SessionPingTests {

	@RegisterExtension
	static final TestServers SERVERS = HeartbeatHandlers.servers(HeartbeatHandlers.class,
			"websocket.http2.heartbeat.session-ping=true");

	@BeforeEach
	void forget() {
		SERVERS.awaitNoSessions();
		HeartbeatHandlers.CLOSED.clear();
	}

	@ParameterizedTest
	@EnumSource
	void pingsEachSessionAndKeepsTheAnswersFromTheHandler(Transport transport) {
		try (WebSocketConnection connection = SERVERS.connect(transport)) {
			WebSocketStream socket = connection.open("/pongs");
			for (int i = 0; i < 3; i++) {
				socket.sendPong(socket.awaitPing());
			}
			socket.sendPong("unasked for");
			assertThat(socket.awaitText()).isEqualTo("unasked for");
		}
	}

	@Test
	void endsOnlyTheSessionWhosePeerIsGone() {
		try (Http2Client proxy = SERVERS.http2(Transport.H2C)) {
			WebSocketStream alive = proxy.openWebSocket("/pongs");
			WebSocketStream gone = proxy.openWebSocket("/echo");
			gone.awaitPing();
			alive.sendPong(alive.awaitPing());
			assertThat(gone.stream().awaitReset()).isEqualTo(Http2Error.CANCEL);
			await().until(() -> HeartbeatHandlers.CLOSED.size() == 1);
			assertThat(HeartbeatHandlers.CLOSED).containsExactly(CloseStatus.NO_CLOSE_FRAME);
			for (int i = 0; i < 3; i++) {
				alive.sendPong(alive.awaitPing());
			}
		}
	}

}
