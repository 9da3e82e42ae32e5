package io.github.websockethttp2.handshake;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import ch.qos.logback.classic.Level;
import io.github.websockethttp2.session.SessionRegistry;
import io.github.websockethttp2.testsupport.LogCapture;
import io.github.websockethttp2.testsupport.TestServer;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.server.ServerWebExchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Policies of an application decide on its handshakes.
 */
class HandshakePolicyTests {

	@RegisterExtension
	static final TestServers servers = new TestServers(Application.class);

	@RegisterExtension
	static final TestServers impatientServers = new TestServers(Application.class,
			"websocket.http2.handshake-timeout=500ms");

	@ParameterizedTest
	@EnumSource(names = { "H1", "H2C" })
	void policiesAreAskedInTheirOrderUntilOneRefuses(Transport transport) {
		Application.asked.clear();
		assertThat(handshake(transport, "accept")).isEqualTo(accepted(transport));
		assertThat(Application.asked).containsExactly("first", "second");
		Application.asked.clear();
		assertThat(handshake(transport, "first-refuses")).isEqualTo(403);
		assertThat(Application.asked).containsExactly("first");
		Application.asked.clear();
		// Before all others, the origin
		try (WebSocketConnection connection = servers.connect(transport)) {
			assertThat(connection.handshake("/ws", "origin", "https://evil.example")).isEqualTo(403);
		}
		assertThat(Application.asked).isEmpty();
	}

	@ParameterizedTest
	@EnumSource(names = { "H1", "H2C" })
	void refusalHasItsStatusAndItsReasonIsLogged(Transport transport) {
		servers.server(transport);
		try (LogCapture log = LogCapture.start("io.github.websockethttp2.server", Level.DEBUG)) {
			assertThat(handshake(transport, "refuse")).isEqualTo(409);
			assertThat(log.messages())
				.anyMatch((message) -> message.contains("Handshake refused with 409 CONFLICT: a session too many"));
			log.assertNothingAbove(Level.DEBUG);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H1", "H2C" })
	void decisionMayComeLater(Transport transport) {
		assertThat(handshake(transport, "accept-later")).isEqualTo(accepted(transport));
		assertThat(handshake(transport, "refuse-later")).isEqualTo(429);
	}

	@ParameterizedTest
	@EnumSource(names = { "H1", "H2C" })
	void noDecisionAccepts(Transport transport) {
		Application.asked.clear();
		assertThat(handshake(transport, "empty")).isEqualTo(accepted(transport));
		assertThat(Application.asked).containsExactly("first", "second");
	}

	@ParameterizedTest
	@EnumSource(names = { "H1", "H2C" })
	void errorRefuses(Transport transport) {
		assertThat(handshake(transport, "error")).isEqualTo(500);
		assertThat(handshake(transport, "throw")).isEqualTo(500);
	}

	@ParameterizedTest
	@EnumSource(names = { "H1", "H2C" })
	void undecidedHandshakeIsRefusedAfterTheTimeout(Transport transport) {
		impatientServers.server(transport);
		try (LogCapture log = LogCapture.start("io.github.websockethttp2.server", Level.DEBUG)) {
			assertThat(handshake(impatientServers, transport, "never")).isEqualTo(503);
			assertThat(log.messages()).anyMatch((message) -> message.contains("websocket.http2.handshake-timeout"));
			log.assertNothingAbove(Level.DEBUG);
		}
	}

	/**
	 * Such as a web session that cannot be saved.
	 */
	@ParameterizedTest
	@EnumSource(names = { "H1", "H2C" })
	void acceptedHandshakeThatIsNotCommittedIsRefusedAfterTheTimeout(Transport transport) {
		TestServer server = impatientServers.server(transport);
		try (LogCapture log = LogCapture.start("io.github.websockethttp2.server", Level.DEBUG);
				WebSocketConnection connection = server.connect()) {
			WebSocketConnection.Head head = connection.tryOpen("/ws", "x-policy", "never-commit");
			assertThat(head.status()).isEqualTo(503);
			assertThat(head.header("upgrade")).isNull();
			assertThat(head.header("sec-websocket-accept")).isNull();
			assertThat(log.messages()).anyMatch((message) -> message.contains("websocket.http2.handshake-timeout"));
			log.assertNothingAbove(Level.DEBUG);
		}
		assertThat(server.bean(SessionRegistry.class).getBudget().getUsed()).isZero();
	}

	@ParameterizedTest
	@EnumSource(names = { "H1", "H2C" })
	void commitMayTakeItsTime(Transport transport) {
		assertThat(handshake(impatientServers, transport, "commit-later")).isEqualTo(accepted(transport));
	}

	@ParameterizedTest
	@EnumSource(names = { "H1", "H2C" })
	void timeoutLeavesSessionsAndRequestsAlone(Transport transport) {
		try (WebSocketConnection connection = impatientServers.connect(transport);
				WebSocketConnection another = impatientServers.connect(transport)) {
			WebSocketStream socket = connection.open("/ws");
			assertThat(another.handshake("/ws", "x-policy", "never")).isEqualTo(503);
			socket.sendText("on");
			assertThat(socket.awaitText()).isEqualTo("on");
		}
	}

	@Test
	void refusalNeedsAnErrorStatus() {
		assertThatIllegalArgumentException().isThrownBy(() -> HandshakeDecision.refuse(HttpStatus.OK, "no error"));
		assertThatIllegalArgumentException().isThrownBy(() -> HandshakeDecision.refuse(HttpStatus.FOUND, "no error"));
	}

	@Test
	void withoutPoliciesHandshakesAreAccepted() {
		HandshakePolicies none = new HandshakePolicies(List.of());
		assertThat(none.decide(null).block(Waiting.TIMEOUT)).isEqualTo(HandshakeDecision.accept());
	}

	private static int accepted(Transport transport) {
		return (transport.isHttp2()) ? 200 : 101;
	}

	private static int handshake(Transport transport, String policy) {
		return handshake(servers, transport, policy);
	}

	private static int handshake(TestServers servers, Transport transport, String policy) {
		try (WebSocketConnection connection = servers.connect(transport)) {
			return connection.handshake("/ws", "x-policy", policy);
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class Application {

		static final Queue<String> asked = new ConcurrentLinkedQueue<>();

		@Bean
		HandlerMapping mapping() {
			WebSocketHandler handler = (session) -> session
				.send(session.receive().map((message) -> session.textMessage(message.getPayloadAsText())));
			return new SimpleUrlHandlerMapping(Map.of("/ws", handler), -1);
		}

		@Bean
		@Order(2)
		HandshakePolicy second() {
			return (exchange) -> {
				asked.add("second");
				return Mono.just(HandshakeDecision.accept());
			};
		}

		@Bean
		@Order(1)
		HandshakePolicy first() {
			return (exchange) -> {
				asked.add("first");
				return decide(exchange);
			};
		}

		private static Mono<HandshakeDecision> decide(ServerWebExchange exchange) {
			String policy = exchange.getRequest().getHeaders().getFirst("x-policy");
			return switch ((policy != null) ? policy : "accept") {
				case "accept" -> Mono.just(HandshakeDecision.accept());
				case "first-refuses" -> Mono.just(HandshakeDecision.refuse("not today"));
				case "refuse" -> Mono.just(HandshakeDecision.refuse(HttpStatus.CONFLICT, "a session too many"));
				case "accept-later" -> Mono.just(HandshakeDecision.accept()).delayElement(Duration.ofMillis(20));
				case "refuse-later" -> Mono.just(HandshakeDecision.refuse(HttpStatus.TOO_MANY_REQUESTS, ""))
					.delayElement(Duration.ofMillis(20));
				case "empty" -> Mono.empty();
				case "error" -> Mono.error(new IllegalStateException("failure of a policy"));
				case "never-commit" -> {
					exchange.getResponse().beforeCommit(Mono::never);
					yield Mono.empty();
				}
				case "commit-later" -> {
					exchange.getResponse().beforeCommit(() -> Mono.delay(Duration.ofMillis(20)).then());
					yield Mono.empty();
				}
				case "throw" -> throw new IllegalStateException("thrown by a policy");
				default -> Mono.never();
			};
		}

	}

}
