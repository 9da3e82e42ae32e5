package io.github.websockethttp2.handshake;

import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationContext;
import org.springframework.http.HttpHeaders;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.reactive.CorsConfigurationSource;
import org.springframework.web.cors.reactive.CorsWebFilter;
import org.springframework.web.server.ServerWebExchange;

/**
 * Evaluates the CORS rules of an application for a handshake. CORS rules are made for
 * fetches, which carry no cookies unless {@code Access-Control-Allow-Credentials} is sent
 * with the origin. Every handshake carries cookies, so a rule that lets an origin read
 * without cookies says nothing about WebSockets. An origin that a rule names is allowed
 * on purpose, though; one that only matches a pattern is not. The response is the same in
 * both cases, so the rule itself has to be read.
 */
final class CorsRules {

	/** Name of the exchange attribute with the rules of the handler mapping. */
	static final String CONFIGURATION = CorsRules.class.getName() + ".configuration";

	private CorsRules() {
	}

	/**
	 * Returns whether a response lets an origin read it.
	 */
	static boolean allow(String origin, HttpHeaders response) {
		return List.of(origin).equals(response.get(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN));
	}

	/**
	 * Returns whether a response may be read with cookies.
	 */
	static boolean allowCredentials(HttpHeaders response) {
		return List.of("true").equals(response.get(HttpHeaders.ACCESS_CONTROL_ALLOW_CREDENTIALS));
	}

	/**
	 * Returns whether a rule that applies to a handshake names the exact origin.
	 */
	static boolean name(String origin, ServerWebExchange exchange) {
		CorsConfiguration mapping = exchange.getAttribute(CONFIGURATION);
		return (mapping != null && names(mapping, origin))
				|| sources(exchange.getApplicationContext()).map((source) -> source.getCorsConfiguration(exchange))
					.anyMatch((configuration) -> configuration != null && names(configuration, origin));
	}

	/**
	 * Returns the rules of CORS filters: of the beans of that type, and of the filter
	 * that Spring Security creates from the only source bean.
	 */
	private static Stream<CorsConfigurationSource> sources(@Nullable ApplicationContext context) {
		return (context != null)
				? Stream.concat(context.getBeanProvider(CorsWebFilter.class).stream().flatMap(CorsFilterSource::of),
						Stream.ofNullable(context.getBeanProvider(CorsConfigurationSource.class).getIfUnique()))
				: Stream.empty();
	}

	private static boolean names(CorsConfiguration configuration, String origin) {
		CorsConfiguration named = new CorsConfiguration();
		named.setAllowedOrigins(withoutWildcards(configuration.getAllowedOrigins()));
		named.setAllowedOriginPatterns(withoutWildcards(configuration.getAllowedOriginPatterns()));
		return named.checkOrigin(origin) != null;
	}

	private static List<String> withoutWildcards(@Nullable List<String> entries) {
		return (entries != null) ? entries.stream().filter((entry) -> !entry.contains(CorsConfiguration.ALL)).toList()
				: List.of();
	}

}
