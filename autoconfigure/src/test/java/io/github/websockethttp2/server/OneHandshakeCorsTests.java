package io.github.websockethttp2.server;

import java.util.List;
import java.util.Map;

import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketConnection.Head;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.reactive.CorsConfigurationSource;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketSession;
import org.springframework.web.server.ServerWebExchange;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * CORS rules decide on a handshake alike over every transport.
 */
class OneHandshakeCorsTests {

	private static final String ALLOWED = "https://allowed.example";

	private static final String REFUSED = "https://refused.example";

	@RegisterExtension
	static final TestServers servers = new TestServers(Handlers.class);

	@ParameterizedTest
	@EnumSource
	void rulesOfTheMappingAllowAnOrigin(Transport transport) {
		assertAllowed(transport, "/by-mapping");
	}

	@ParameterizedTest
	@EnumSource
	void rulesOfTheMappingRefuseAnOrigin(Transport transport) {
		assertRefused(transport, "/by-mapping");
	}

	@ParameterizedTest
	@EnumSource
	void rulesOfTheHandlerAllowAnOrigin(Transport transport) {
		assertAllowed(transport, "/by-handler");
	}

	@ParameterizedTest
	@EnumSource
	void rulesOfTheHandlerRefuseAnOrigin(Transport transport) {
		assertRefused(transport, "/by-handler");
	}

	@ParameterizedTest
	@EnumSource
	void sameOriginNeedsNoRule(Transport transport) {
		String origin = ((transport.isTls()) ? "https" : "http") + "://localhost:" + servers.server(transport).port();
		try (WebSocketConnection connection = servers.connect(transport)) {
			assertThat(connection.open("/by-mapping", "origin", origin).awaitText()).isEqualTo("hello");
		}
	}

	private static void assertAllowed(Transport transport, String path) {
		try (WebSocketConnection connection = servers.connect(transport)) {
			Head head = connection.tryOpen(path, "origin", ALLOWED);
			assertThat(head.status()).isEqualTo((transport.isHttp2()) ? 200 : 101);
			assertThat(head.header("access-control-allow-origin")).isEqualTo(ALLOWED);
		}
	}

	private static void assertRefused(Transport transport, String path) {
		try (WebSocketConnection connection = servers.connect(transport)) {
			Head head = connection.tryOpen(path, "origin", REFUSED);
			assertThat(head.status()).isEqualTo(403);
			assertThat(head.header("access-control-allow-origin")).isNull();
		}
	}

	private static CorsConfiguration rules() {
		CorsConfiguration rules = new CorsConfiguration();
		rules.setAllowedOrigins(List.of(ALLOWED));
		return rules;
	}

	@Configuration(proxyBeanMethods = false)
	static class Handlers {

		@Bean
		HandlerMapping mapping() {
			WebSocketHandler hello = (session) -> session.send(Mono.just(session.textMessage("hello")))
				.and(session.receive());
			SimpleUrlHandlerMapping mapping = new SimpleUrlHandlerMapping(Map.of("/by-mapping", hello), -1);
			mapping.setCorsConfigurations(Map.of("/by-mapping", rules()));
			return mapping;
		}

		@Bean
		CorsHandler corsHandler() {
			return new CorsHandler();
		}

	}

	@WebSocketMapping("/by-handler")
	static class CorsHandler implements WebSocketHandler, CorsConfigurationSource {

		@Override
		public CorsConfiguration getCorsConfiguration(ServerWebExchange exchange) {
			return rules();
		}

		@Override
		public Mono<Void> handle(WebSocketSession session) {
			return session.receive().then();
		}

	}

}
