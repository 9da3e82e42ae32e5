package io.github.websockethttp2.server;

import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.Base64;
import java.util.Map;

import io.github.websockethttp2.testsupport.TestServer;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.security.core.userdetails.MapReactiveUserDetailsService;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.reactive.socket.WebSocketHandler;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Spring Security decides on a handshake alike over every transport.
 */
class OneHandshakeSecurityTests {

	private static final String ADMIN = basic("admin");

	private static final String USER = basic("user");

	private static String basic(String user) {
		return "Basic " + Base64.getEncoder().encodeToString((user + ":secret").getBytes(StandardCharsets.ISO_8859_1));
	}

	/**
	 * With the dependency and nothing else.
	 */
	@Nested
	class ByDefault {

		@RegisterExtension
		static final TestServers servers = new TestServers(Handlers.class, TestServer.WITH_SECURITY,
				"spring.security.user.name=user", "spring.security.user.password=secret");

		@ParameterizedTest
		@EnumSource
		void handshakeWithoutCredentialsIsUnauthorized(Transport transport) {
			try (WebSocketConnection connection = servers.connect(transport)) {
				assertThat(connection.handshake("/principal")).isEqualTo(401);
			}
		}

		@ParameterizedTest
		@EnumSource
		void handshakeWithWrongCredentialsIsUnauthorized(Transport transport) {
			try (WebSocketConnection connection = servers.connect(transport)) {
				assertThat(connection.handshake("/principal", "authorization", ADMIN)).isEqualTo(401);
			}
		}

		@ParameterizedTest
		@EnumSource
		void principalReachesTheHandshakeInfo(Transport transport) {
			try (WebSocketConnection connection = servers.connect(transport)) {
				assertThat(connection.open("/principal", "authorization", USER).awaitText()).isEqualTo("user");
			}
		}

		@ParameterizedTest
		@EnumSource
		void securityContextIsInTheHandlersContext(Transport transport) {
			try (WebSocketConnection connection = servers.connect(transport)) {
				assertThat(connection.open("/context", "authorization", USER).awaitText()).isEqualTo("user");
			}
		}

		@ParameterizedTest
		@EnumSource
		void csrfTokenIsAskedOfPostAndNotOfHandshake(Transport transport) {
			try (WebSocketConnection connection = servers.connect(transport)) {
				assertThat(connection.request("POST", "/post", "authorization", USER).status()).isEqualTo(403);
			}
			try (WebSocketConnection connection = servers.connect(transport)) {
				connection.open("/context", "authorization", USER).awaitText();
			}
		}

	}

	/**
	 * With rules for GET alone, all else being open.
	 */
	@Nested
	class RulesOfAMethod {

		@RegisterExtension
		static final TestServers servers = new TestServers(Rules.class, TestServer.WITH_SECURITY);

		@ParameterizedTest
		@EnumSource
		void rulesForGetHoldForHandshakes(Transport transport) {
			try (WebSocketConnection connection = servers.connect(transport)) {
				assertThat(connection.handshake("/admin/principal")).isEqualTo(401);
			}
			try (WebSocketConnection connection = servers.connect(transport)) {
				assertThat(connection.handshake("/admin/principal", "authorization", USER)).isEqualTo(403);
			}
			try (WebSocketConnection connection = servers.connect(transport)) {
				assertThat(connection.open("/admin/principal", "authorization", ADMIN).awaitText()).isEqualTo("admin");
			}
		}

		@ParameterizedTest
		@EnumSource
		void pathsWithoutRuleAreOpen(Transport transport) {
			try (WebSocketConnection connection = servers.connect(transport)) {
				assertThat(connection.open("/principal").awaitText()).isEqualTo("nobody");
			}
		}

		@ParameterizedTest
		@EnumSource
		void csrfTokenIsAskedOfPost(Transport transport) {
			try (WebSocketConnection connection = servers.connect(transport)) {
				assertThat(connection.request("POST", "/post").status()).isEqualTo(403);
			}
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(PostController.class)
	static class Handlers {

		@Bean
		HandlerMapping mapping() {
			WebSocketHandler principal = (session) -> session
				.send(session.getHandshakeInfo()
					.getPrincipal()
					.map(Principal::getName)
					.defaultIfEmpty("nobody")
					.map(session::textMessage))
				.and(session.receive());
			WebSocketHandler context = (session) -> session
				.send(ReactiveSecurityContextHolder.getContext()
					.map((securityContext) -> securityContext.getAuthentication().getName())
					.map(session::textMessage))
				.and(session.receive());
			return new SimpleUrlHandlerMapping(
					Map.of("/principal", principal, "/admin/principal", principal, "/context", context), -1);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Handlers.class)
	static class Rules {

		@Bean
		SecurityWebFilterChain rules(ServerHttpSecurity http) {
			return http
				.authorizeExchange((exchanges) -> exchanges.pathMatchers(HttpMethod.GET, "/admin/**")
					.hasRole("ADMIN")
					.anyExchange()
					.permitAll())
				.httpBasic(Customizer.withDefaults())
				.build();
		}

		@Bean
		MapReactiveUserDetailsService users() {
			return new MapReactiveUserDetailsService(
					User.withUsername("user").password("{noop}secret").roles("USER").build(),
					User.withUsername("admin").password("{noop}secret").roles("USER", "ADMIN").build());
		}

	}

	@RestController
	static class PostController {

		@PostMapping("/post")
		Mono<String> post() {
			return Mono.just("posted");
		}

	}

}
