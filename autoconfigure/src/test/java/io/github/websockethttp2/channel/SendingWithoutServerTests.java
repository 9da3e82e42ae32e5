package io.github.websockethttp2.channel;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

import io.github.websockethttp2.server.WebSocketMapping;
import io.github.websockethttp2.testsupport.TestServer;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.netty.channel.AbortedException;
import reactor.test.StepVerifier;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;

/**
 * A bean may send when the server and its event loops are gone. The server of a test
 * takes those of all servers with it.
 */
class SendingWithoutServerTests {

	private static final BlockingQueue<WebSocketSession> SESSIONS = new LinkedBlockingQueue<>();

	@ParameterizedTest
	@EnumSource
	void sendingFails(Transport transport) throws Exception {
		TestServer server = TestServer.start(transport, Handlers.class, "server.shutdown=immediate");
		try (WebSocketConnection connection = server.connect()) {
			connection.open("/kept");
			WebSocketSession session = Waiting.take(SESSIONS);
			server.close();
			for (Flux<WebSocketMessage> messages : List.of(Flux.<WebSocketMessage>never(),
					Flux.just(session.textMessage("late")))) {
				StepVerifier.create(session.send(messages)).expectError(AbortedException.class).verify(Waiting.TIMEOUT);
			}
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class Handlers {

		@Bean
		@WebSocketMapping("/kept")
		WebSocketHandler kept() {
			return (session) -> {
				SESSIONS.add(session);
				return session.receive().then();
			};
		}

	}

}
