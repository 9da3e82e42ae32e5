package io.github.websockethttp2.server.http2;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

import ch.qos.logback.classic.Level;
import io.github.websockethttp2.server.WebSocketMapping;
import io.github.websockethttp2.session.SessionRegistry;
import io.github.websockethttp2.testsupport.ChildJvm;
import io.github.websockethttp2.testsupport.LogCapture;
import io.github.websockethttp2.testsupport.TcpRelay;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Peers that go without a word: processes that are killed, and networks that swallow
 * everything.
 */
class ExternalFaultTests {

	@RegisterExtension
	static final TestServers SERVERS = new TestServers(Handlers.class, "websocket.http2.heartbeat.interval=500ms",
			"websocket.http2.heartbeat.timeout=500ms");

	@BeforeEach
	void forget() {
		Handlers.CLOSED.clear();
	}

	@ParameterizedTest
	@EnumSource
	void endsTheSessionOfAProcessThatIsKilled(Transport transport) {
		int port = SERVERS.server(transport).port();
		SessionRegistry sessions = SERVERS.server(transport).bean(SessionRegistry.class);
		try (LogCapture log = LogCapture.start();
				ChildJvm client = ChildJvm.start(Client.class, transport.name(), Integer.toString(port))) {
			assertThat(client.awaitLine()).isEqualTo("open");
			await().until(() -> sessions.getCount() == 1);
			client.kill();
			assertThat(Waiting.take(Handlers.CLOSED)).isEqualTo(CloseStatus.NO_CLOSE_FRAME);
			await().until(() -> sessions.getCount() == 0 && sessions.getBudget().getUsed() == 0);
			log.assertNothingAbove(Level.DEBUG);
		}
	}

	@ParameterizedTest
	@EnumSource
	void endsTheSessionsBehindANetworkThatSwallowsEverything(Transport transport) {
		int port = SERVERS.server(transport).port();
		SessionRegistry sessions = SERVERS.server(transport).bean(SessionRegistry.class);
		try (LogCapture log = LogCapture.start();
				TcpRelay relay = TcpRelay.start(port, Duration.ZERO);
				WebSocketConnection connection = transport.connect(relay.port())) {
			int count = (transport.isHttp2()) ? 10 : 1;
			for (int i = 0; i < count; i++) {
				WebSocketStream socket = connection.open("/echo");
				socket.sendText("hello");
				assertThat(socket.awaitText()).isEqualTo("hello");
			}
			relay.drop();
			for (int i = 0; i < count; i++) {
				assertThat(Waiting.take(Handlers.CLOSED)).isEqualTo(CloseStatus.NO_CLOSE_FRAME);
			}
			await().until(() -> sessions.getCount() == 0 && sessions.getBudget().getUsed() == 0);
			log.assertNothingAbove(Level.DEBUG);
			connection.abort();
		}
	}

	/**
	 * The process that is killed.
	 */
	static final class Client {

		private Client() {
		}

		public static void main(String[] args) throws IOException {
			try (WebSocketConnection connection = Transport.valueOf(args[0]).connect(Integer.parseInt(args[1]))) {
				WebSocketStream socket = connection.open("/echo");
				ChildJvm.tell("open");
				// Over HTTP/2 none come
				answerPings(socket);
			}
		}

		private static void answerPings(WebSocketStream socket) {
			while (true) {
				socket.sendPong(socket.awaitPing());
			}
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Handlers {

		static final BlockingQueue<CloseStatus> CLOSED = new LinkedBlockingQueue<>();

		@Bean
		@WebSocketMapping("/echo")
		WebSocketHandler echo() {
			return (session) -> {
				session.closeStatus().subscribe(CLOSED::add);
				return session.send(session.receive().doOnNext(WebSocketMessage::retain));
			};
		}

	}

}
