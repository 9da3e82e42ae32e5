package io.github.websockethttp2.channel;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;

import io.github.websockethttp2.server.WebSocketMapping;
import io.github.websockethttp2.testsupport.TestServer;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;
import reactor.netty.channel.AbortedException;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketSession;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Sessions outlive their server in the hands of an application: nothing that it does with
 * them may wait for an event loop that is gone.
 */
class ServerDownTests {

	@ParameterizedTest
	@EnumSource
	void sessionFailsWhenItsServerIsDown(Transport transport) {
		Handlers.SESSIONS.clear();
		Handlers.closed = new CompletableFuture<>();
		WebSocketSession session;
		try (TestServer server = TestServer.start(transport, Handlers.class, "server.shutdown=immediate");
				WebSocketConnection connection = server.connect()) {
			connection.open("/socket");
			session = Waiting.take(Handlers.SESSIONS);
			Handlers.SESSIONS.add(session);
			server.context().close();
			assertThat(Waiting.join(Handlers.closed)).isTrue();
		}
		await().untilAsserted(() -> assertThatExceptionOfType(AbortedException.class)
			.isThrownBy(() -> session.close(CloseStatus.GOING_AWAY).block(Waiting.TIMEOUT)));
		assertThatExceptionOfType(AbortedException.class)
			.isThrownBy(() -> session.receive().blockLast(Waiting.TIMEOUT));
		assertThat(session.closeStatus().block(Waiting.TIMEOUT)).isNotNull();
	}

	@Configuration(proxyBeanMethods = false)
	static class Handlers implements DisposableBean {

		static final BlockingQueue<WebSocketSession> SESSIONS = new LinkedBlockingQueue<>();

		/** Whether {@code close()} came to an end when beans were destroyed. */
		static volatile CompletableFuture<Boolean> closed = new CompletableFuture<>();

		@Bean
		@WebSocketMapping("/socket")
		WebSocketHandler socket() {
			return (session) -> {
				SESSIONS.add(session);
				return Mono.never();
			};
		}

		@Override
		public void destroy() {
			for (WebSocketSession session : SESSIONS) {
				closed.complete(session.close(CloseStatus.GOING_AWAY)
					.thenReturn(true)
					.onErrorReturn(AbortedException.class, true)
					.timeout(Waiting.TIMEOUT.dividedBy(2), Mono.just(false))
					.block(Waiting.TIMEOUT));
			}
		}

	}

}
