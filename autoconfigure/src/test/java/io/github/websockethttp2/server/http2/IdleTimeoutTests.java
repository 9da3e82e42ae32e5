package io.github.websockethttp2.server.http2;

import java.time.Duration;

import ch.qos.logback.classic.Level;
import io.github.websockethttp2.testsupport.EchoHandlers;
import io.github.websockethttp2.testsupport.Http2Client;
import io.github.websockethttp2.testsupport.LogCapture;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketStream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The idle timeout of the server is for connections without sessions.
 */
class IdleTimeoutTests {

	private static final int IDLE = 300;

	@RegisterExtension
	static final TestServers SERVERS = new TestServers(EchoHandlers.class, "server.netty.idle-timeout=" + IDLE + "ms");

	/** As a user may have set it: an idle connection is asked before it is closed. */
	@RegisterExtension
	static final TestServers ASKING = new TestServers(PingAckTimeout.class, "server.netty.idle-timeout=200ms");

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void leavesAConnectionAloneAsLongAsItHasSessions(Transport transport) {
		try (Http2Client client = SERVERS.http2(transport)) {
			WebSocketStream first = client.openWebSocket("/echo");
			WebSocketStream second = client.openWebSocket("/echo");
			// Closed when the idle timeout has passed
			SERVERS.http2(transport).awaitClosed();
			close(first);
			SERVERS.http2(transport).awaitClosed();
			second.sendText("hello");
			assertThat(second.awaitText()).isEqualTo("hello");
			assertThat(client.goAways()).isEmpty();
			WebSocketStream third = client.openWebSocket("/echo");
			close(second);
			close(third);
			long start = System.nanoTime();
			client.awaitClosed();
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofMillis(IDLE / 2),
					Duration.ofSeconds(5));
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H1", "H1_TLS" })
	void leavesASessionOverHttp1Alone(Transport transport) {
		Transport http2 = (transport.isTls()) ? Transport.H2 : Transport.H2C;
		SERVERS.server(transport);
		try (LogCapture log = LogCapture.start(); WebSocketConnection connection = SERVERS.connect(transport)) {
			WebSocketStream socket = connection.open("/echo");
			// Closed when the idle timeout has passed
			SERVERS.http2(http2).awaitClosed();
			SERVERS.http2(http2).awaitClosed();
			socket.sendText("hello");
			assertThat(socket.awaitText()).isEqualTo("hello");
			log.assertNothingAbove(Level.INFO);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void idleConnectionIsStillPingedAfterItsSessions(Transport transport) {
		try (Http2Client client = ASKING.http2(transport)) {
			client.awaitPings(1);
			WebSocketStream socket = client.openWebSocket("/echo");
			socket.sendClose(1000, "");
			assertThat(socket.awaitClose().code()).isEqualTo(1000);
			socket.awaitEndOfBytes();
			socket.endStream();
			client.awaitPings(3);
			client.autoAckPing(false);
			client.awaitClosed();
		}
	}

	private void close(WebSocketStream socket) {
		socket.sendClose(1000, "");
		assertThat(socket.awaitClose().code()).isEqualTo(1000);
		socket.awaitEndOfBytes();
		socket.endStream();
	}

	@Configuration(proxyBeanMethods = false)
	@Import(EchoHandlers.class)
	static class PingAckTimeout {

		@Bean
		NettyServerCustomizer pingAckTimeout() {
			return (server) -> server.http2Settings((settings) -> settings.pingAckTimeout(Duration.ofSeconds(1)));
		}

	}

}
