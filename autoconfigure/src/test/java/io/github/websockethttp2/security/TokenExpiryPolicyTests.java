package io.github.websockethttp2.security;

import java.security.Principal;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.websockethttp2.server.WebSocketMapping;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketConnection.Head;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.server.WebFilter;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A token that has expired opens no session, though it is taken for as long as its
 * decoder allows for clocks that differ.
 */
class TokenExpiryPolicyTests {

	private static final String CLOSE_ON_TOKEN_EXPIRY = "websocket.http2.security.close-on-token-expiry=true";

	@RegisterExtension
	static final TestServers servers = new TestServers(Application.class, CLOSE_ON_TOKEN_EXPIRY);

	@RegisterExtension
	static final TestServers unaskedServers = new TestServers(Application.class);

	@RegisterExtension
	static final TestServers failingServers = new TestServers(FailingApplication.class, CLOSE_ON_TOKEN_EXPIRY);

	@ParameterizedTest
	@EnumSource
	void expiredTokenIsUnauthorized(Transport transport) {
		servers.server(transport);
		int before = Application.opened.get();
		for (Duration age : new Duration[] { Duration.ZERO, Duration.ofMillis(1), Duration.ofSeconds(30),
				Duration.ofDays(1) }) {
			try (WebSocketConnection connection = servers.connect(transport)) {
				Head head = connection.tryOpen("/socket", "x-expires", Instant.now().minus(age).toString());
				assertThat(head.status()).isEqualTo(HttpStatus.UNAUTHORIZED.value());
				assertThat(head.header("www-authenticate")).startsWith("Bearer ").contains("error=\"invalid_token\"");
			}
		}
		assertThat(Application.opened).hasValue(before);
	}

	@ParameterizedTest
	@EnumSource(names = { "H1", "H2C" })
	void whoeverHasNoExpiredTokenIsLetIn(Transport transport) {
		try (WebSocketConnection first = servers.connect(transport);
				WebSocketConnection second = servers.connect(transport);
				WebSocketConnection third = servers.connect(transport)) {
			first.open("/socket", "x-expires", Instant.now().plusSeconds(60).toString());
			second.open("/socket", "x-expires", "");
			third.open("/socket");
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H1", "H2C" })
	void whenNobodyAsksForItThenTheDecoderDecides(Transport transport) {
		try (WebSocketConnection connection = unaskedServers.connect(transport)) {
			connection.open("/socket", "x-expires", Instant.now().minusSeconds(30).toString());
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H1", "H2C" })
	void whenTheExpiryIsUnknownThenHandshakeFails(Transport transport) {
		try (WebSocketConnection connection = failingServers.connect(transport)) {
			assertThat(connection.handshake("/socket", "x-expires", "")).isEqualTo(500);
		}
	}

	private static Principal principal(@Nullable Instant expiresAt) {
		return new TestingAuthenticationToken("alice", new OAuth2AccessToken(OAuth2AccessToken.TokenType.BEARER,
				"token", (expiresAt != null) ? expiresAt.minusSeconds(3600) : null, expiresAt));
	}

	@Configuration(proxyBeanMethods = false)
	static class Application {

		static final AtomicInteger opened = new AtomicInteger();

		@Bean
		@WebSocketMapping("/socket")
		WebSocketHandler handler() {
			return (session) -> {
				opened.incrementAndGet();
				return session.receive().then();
			};
		}

		@Bean
		WebFilter authentication() {
			return (exchange, chain) -> {
				String expires = exchange.getRequest().getHeaders().getFirst("x-expires");
				if (expires == null) {
					return chain.filter(exchange);
				}
				Instant expiresAt = (!expires.isEmpty()) ? Instant.parse(expires) : null;
				return chain.filter(exchange.mutate().principal(Mono.just(principal(expiresAt))).build());
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class FailingApplication extends Application {

		@Bean
		PrincipalExpiry expiry() {
			return (principal) -> {
				throw new IllegalStateException("As ordered");
			};
		}

	}

}
