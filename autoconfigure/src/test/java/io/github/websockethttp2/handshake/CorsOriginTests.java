package io.github.websockethttp2.handshake;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.github.websockethttp2.testsupport.TestServer;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.reactive.CorsConfigurationSource;
import org.springframework.web.cors.reactive.CorsWebFilter;
import org.springframework.web.cors.reactive.UrlBasedCorsConfigurationSource;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.reactive.socket.WebSocketHandler;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What CORS rules say about handshakes, wherever they are: a rule counts that allows
 * credentials, or that names the very origin.
 */
class CorsOriginTests {

	private static final String NAMED = "https://named.example";

	private static final String EVIL = "https://evil.example";

	@RegisterExtension
	static final TestServers servers = new TestServers(Application.class);

	static Stream<Arguments> rules() {
		return Stream.of(Transport.values())
			.flatMap((transport) -> Stream.of("mapping", "source", "filter")
				.flatMap((place) -> Stream.of(Arguments.of(transport, place, "any-pattern", EVIL, false),
						Arguments.of(transport, place, "any-pattern", "null", false),
						Arguments.of(transport, place, "any-pattern", NAMED, false),
						Arguments.of(transport, place, "pattern", EVIL, false),
						Arguments.of(transport, place, "ports", EVIL, false),
						Arguments.of(transport, place, "private-network", EVIL, false),
						Arguments.of(transport, place, "star", EVIL, false),
						Arguments.of(transport, place, "star", "null", false),
						Arguments.of(transport, place, "star", "*", false),
						Arguments.of(transport, place, "named", EVIL, false),
						Arguments.of(transport, place, "named", "null", false),
						Arguments.of(transport, place, "named", NAMED, true),
						Arguments.of(transport, place, "named-and-any", NAMED, true),
						Arguments.of(transport, place, "named-and-any", EVIL, false),
						Arguments.of(transport, place, "plain-pattern", NAMED, true),
						Arguments.of(transport, place, "credentials", EVIL, true),
						Arguments.of(transport, place, "credentials", "garbage", false),
						Arguments.of(transport, place, "named-credentials", NAMED, true),
						Arguments.of(transport, place, "named-credentials", EVIL, false))));
	}

	@ParameterizedTest
	@MethodSource("rules")
	void rulesCountWithCredentialsOrByName(Transport transport, String place, String rule, String origin,
			boolean accepted) {
		try (WebSocketConnection connection = servers.connect(transport)) {
			assertThat(connection.handshake("/" + place + "/" + rule, "origin", origin))
				.isEqualTo((!accepted) ? 403 : (transport.isHttp2()) ? 200 : 101);
		}
	}

	/**
	 * The source is a bean, of which Spring Security makes the filter.
	 */
	@Nested
	class SpringSecurity {

		@RegisterExtension
		static final TestServers servers = new TestServers(SecuredApplication.class, TestServer.WITH_SECURITY);

		@ParameterizedTest
		@EnumSource
		void rulesCountWithCredentialsOrByName(Transport transport) {
			int open = (transport.isHttp2()) ? 200 : 101;
			assertHandshake(transport, "named", NAMED, open);
			assertHandshake(transport, "named", EVIL, 403);
			assertHandshake(transport, "any-pattern", NAMED, 403);
			assertHandshake(transport, "any-pattern", EVIL, 403);
			assertHandshake(transport, "credentials", EVIL, open);
		}

		private static void assertHandshake(Transport transport, String rule, String origin, int status) {
			try (WebSocketConnection connection = servers.connect(transport)) {
				assertThat(connection.handshake("/security/" + rule, "origin", origin)).as(rule).isEqualTo(status);
			}
		}

	}

	private static Map<String, CorsConfiguration> rules(String place) {
		Map<String, CorsConfiguration> rules = new HashMap<>();
		rules.put("any-pattern", patterns("*"));
		rules.put("pattern", patterns("https://*.example"));
		rules.put("ports", patterns("https://evil.example:[*]"));
		rules.put("plain-pattern", patterns(NAMED));
		rules.put("private-network", patterns("https://*.example"));
		rules.get("private-network").setAllowPrivateNetwork(true);
		rules.put("star", origins("*"));
		rules.put("named", origins(NAMED));
		rules.put("named-and-any", patterns("*"));
		rules.get("named-and-any").addAllowedOrigin(NAMED);
		rules.put("credentials", patterns("*"));
		rules.get("credentials").setAllowCredentials(true);
		rules.put("named-credentials", origins(NAMED));
		rules.get("named-credentials").setAllowCredentials(true);
		Map<String, CorsConfiguration> byPath = new HashMap<>();
		rules.forEach((name, rule) -> byPath.put("/" + place + "/" + name, rule));
		return byPath;
	}

	private static CorsConfiguration patterns(String... patterns) {
		CorsConfiguration rule = new CorsConfiguration();
		rule.setAllowedOriginPatterns(List.of(patterns));
		return rule;
	}

	private static CorsConfiguration origins(String... origins) {
		CorsConfiguration rule = new CorsConfiguration();
		rule.setAllowedOrigins(List.of(origins));
		return rule;
	}

	@Configuration(proxyBeanMethods = false)
	static class Application {

		private static final WebSocketHandler HANDLER = (session) -> session.receive().then();

		@Bean
		HandlerMapping mapping() {
			SimpleUrlHandlerMapping mapping = new SimpleUrlHandlerMapping(Map.of("/mapping/*", HANDLER), -3);
			mapping.setCorsConfigurations(rules("mapping"));
			return mapping;
		}

		@Bean
		HandlerMapping mappingWithSource() {
			UrlBasedCorsConfigurationSource source = new UrlBasedCorsConfigurationSource();
			source.setCorsConfigurations(rules("source"));
			SimpleUrlHandlerMapping mapping = new SimpleUrlHandlerMapping(Map.of("/source/*", HANDLER), -2);
			mapping.setCorsConfigurationSource(source);
			return mapping;
		}

		@Bean
		HandlerMapping mappingWithoutRules() {
			return new SimpleUrlHandlerMapping(Map.of("/filter/*", HANDLER), -1);
		}

		@Bean
		CorsWebFilter filter() {
			UrlBasedCorsConfigurationSource source = new UrlBasedCorsConfigurationSource();
			source.setCorsConfigurations(rules("filter"));
			return new CorsWebFilter(source);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SecuredApplication {

		@Bean
		HandlerMapping mapping() {
			return new SimpleUrlHandlerMapping(Map.of("/security/*", Application.HANDLER), -1);
		}

		@Bean
		CorsConfigurationSource source() {
			UrlBasedCorsConfigurationSource source = new UrlBasedCorsConfigurationSource();
			source.setCorsConfigurations(rules("security"));
			return source;
		}

		@Bean
		SecurityWebFilterChain chain(ServerHttpSecurity http) {
			return http.cors(Customizer.withDefaults())
				.authorizeExchange((exchanges) -> exchanges.anyExchange().permitAll())
				.build();
		}

	}

}
