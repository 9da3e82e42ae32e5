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
 * What the CORS rules of an application say about a handshake. They are made for fetches,
 * which carry no cookies unless {@code Access-Control-Allow-Credentials} comes with the
 * origin, while every handshake does: that a rule lets an origin read something without
 * cookies says nothing about sockets. An origin that a rule names is meant, though; one
 * that a pattern covers is not. The response is the same in both cases, so that it takes
 * the rule itself to tell.
 */
final class CorsRules {

	/** Where the configuration of the handler mapping is. */
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
	 * Returns whether it is let read with cookies.
	 */
	static boolean allowCredentials(HttpHeaders response) {
		return List.of("true").equals(response.get(HttpHeaders.ACCESS_CONTROL_ALLOW_CREDENTIALS));
	}

	/**
	 * Returns whether a rule that applies to a handshake has the very origin.
	 */
	static boolean name(String origin, ServerWebExchange exchange) {
		CorsConfiguration mapping = exchange.getAttribute(CONFIGURATION);
		return (mapping != null && names(mapping, origin))
				|| sources(exchange.getApplicationContext()).map((source) -> source.getCorsConfiguration(exchange))
					.anyMatch((configuration) -> configuration != null && names(configuration, origin));
	}

	/**
	 * The rules of CORS filters: beans of that type, and the one that Spring Security
	 * makes of the only source there is.
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
