package io.github.websockethttp2.transport;

import io.github.websockethttp2.server.WebSocketMapping;
import io.github.websockethttp2.session.SessionRegistry;
import io.github.websockethttp2.testsupport.Frame;
import io.github.websockethttp2.testsupport.HeartbeatHandlers;
import io.github.websockethttp2.testsupport.TcpRelay;
import io.github.websockethttp2.testsupport.TestServer;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketStream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.socket.WebSocketHandler;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A ping waits behind what was written before it, for longer than a peer has to answer
 * it.
 */
class SlowLinkTests {

	private static final int BYTES_PER_SECOND = 25_000;

	private static final int BYTES = 5 * BYTES_PER_SECOND;

	@RegisterExtension
	static final TestServers SERVERS = new TestServers(Handlers.class, "websocket.http2.heartbeat.interval=1s",
			"websocket.http2.heartbeat.timeout=1s");

	@ParameterizedTest
	@CsvSource({ "H1, /flood", "H1_TLS, /flood", "H2C, /flood", "H2, /flood", "H1, /burst", "H1_TLS, /burst",
			"H2C, /burst", "H2, /burst" })
	void keepsAPeerThatReads(Transport transport, String path) {
		TestServer server = SERVERS.server(transport);
		SessionRegistry sessions = server.bean(SessionRegistry.class);
		SERVERS.awaitNoSessions();
		try (TcpRelay relay = TcpRelay.slow(server.port(), BYTES_PER_SECOND);
				WebSocketConnection connection = transport.connect(relay.port())) {
			WebSocketStream socket = connection.open(path);
			int received = 0;
			while (received < BYTES) {
				Frame frame = socket.awaitFrame();
				if (frame.opcode() == Frame.PING) {
					socket.sendPong(frame.text());
				}
				received += frame.payload().length;
			}
			assertThat(sessions.getCount()).isOne();
			connection.abort();
		}
		SERVERS.awaitNoSessions();
	}

	@Configuration(proxyBeanMethods = false)
	static class Handlers extends HeartbeatHandlers {

		/**
		 * Less than the kernel takes at once, and more than a slow link.
		 */
		@Bean
		@WebSocketMapping("/burst")
		WebSocketHandler burst() {
			return (session) -> session
				.send(Flux.range(0, 20).map((i) -> session.binaryMessage((factory) -> factory.wrap(new byte[10_000]))))
				.and(session.receive());
		}

	}

}
