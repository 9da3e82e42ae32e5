package io.github.websockethttp2.server.http2;

import java.time.Duration;

import io.github.websockethttp2.testsupport.HeartbeatHandlers;
import io.github.websockethttp2.testsupport.Http2Client;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The PINGs of a connection with sessions.
 */
class ConnectionPingTests {

	@RegisterExtension
	static final TestServers SERVERS = HeartbeatHandlers.servers(HeartbeatHandlers.class);

	@RegisterExtension
	static final TestServers SILENT = new TestServers(HeartbeatHandlers.class, "websocket.http2.heartbeat.interval=0s",
			"websocket.http2.heartbeat.timeout=100ms", "server.netty.idle-timeout=200ms");

	@BeforeEach
	void forget() {
		SERVERS.awaitNoSessions();
		HeartbeatHandlers.CLOSED.clear();
	}

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void pingsOnceAConnectionWhateverTheNumberOfSessions(Transport transport) {
		try (Http2Client many = SERVERS.http2(transport);
				Http2Client one = SERVERS.http2(transport);
				Http2Client none = SERVERS.http2(transport)) {
			one.openWebSocket("/echo");
			for (int i = 0; i < 30; i++) {
				many.openWebSocket("/echo");
			}
			int before = many.receivedPings();
			long start = System.nanoTime();
			for (int i = 0; i < 4; i++) {
				many.awaitPing();
				one.awaitPing();
			}
			long intervals = Duration.ofNanos(System.nanoTime() - start).toMillis() / HeartbeatHandlers.INTERVAL;
			assertThat(many.receivedPings() - before).isLessThanOrEqualTo((int) intervals + 2);
			assertThat(none.receivedPings()).isZero();
			assertThat(many.frames())
				.noneMatch((frame) -> frame.received() && frame.streamId() != 0 && frame.type().equals("DATA"));
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void doesNotPingBeyondTheLastSession(Transport transport) {
		try (Http2Client client = SERVERS.http2(transport); Http2Client other = SERVERS.http2(transport)) {
			WebSocketStream socket = client.openWebSocket("/echo");
			client.awaitPing();
			socket.sendClose(1000, "");
			socket.awaitClose();
			socket.awaitEndOfBytes();
			socket.endStream();
			client.barrier();
			int pings = client.receivedPings();
			other.openWebSocket("/echo");
			other.awaitPings(4);
			client.barrier();
			assertThat(client.receivedPings()).isEqualTo(pings);
			// And again for the next
			client.openWebSocket("/echo");
			client.awaitPings(2);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "H1", "H2C" })
	void zeroSwitchesItOff(Transport transport) {
		try (WebSocketConnection connection = SILENT.connect(transport)) {
			WebSocketStream socket = connection.open("/echo");
			SILENT.http2(Transport.H2C).awaitClosed();
			SILENT.http2(Transport.H2C).awaitClosed();
			socket.sendText("hello");
			assertThat(socket.awaitText()).isEqualTo("hello");
		}
	}

}
