package io.github.websockethttp2.handshake;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.util.ForwardedHeaderUtils;

/**
 * Lets browsers open WebSockets from the server's own origin, and from others only where
 * they are allowed (RFC 6455, sections 4.2.2 and 10.2). Browsers send cookies with a
 * handshake whatever page it comes from, so that without this any site could use its
 * visitors' sessions.
 * <p>
 * A request without {@code Origin} does not come from a browser and is let in. A request
 * that the CORS configuration of its handler mapping, or a CORS filter, has allowed is
 * let in as well.
 */
public final class OriginPolicy implements HandshakePolicy, Ordered {

	private static final Pattern ORIGIN = Pattern.compile("https?://[^/?#@]+", Pattern.CASE_INSENSITIVE);

	private final CorsConfiguration allowed = new CorsConfiguration();

	private final boolean any;

	/**
	 * Create a policy.
	 * @param origins other origins that are allowed, such as
	 * {@code https://app.example.com}, or {@code *} for any
	 * @param patterns patterns of other origins that are allowed, such as
	 * {@code https://*.example.com}
	 */
	public OriginPolicy(List<String> origins, List<String> patterns) {
		this.allowed.setAllowedOrigins(origins);
		this.allowed.setAllowedOriginPatterns(patterns);
		this.any = origins.contains(CorsConfiguration.ALL) || patterns.contains(CorsConfiguration.ALL);
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	public Mono<HandshakeDecision> decide(ServerWebExchange exchange) {
		return Mono.fromSupplier(() -> {
			List<String> origins = exchange.getRequest().getHeaders().getOrEmpty(HttpHeaders.ORIGIN);
			if (this.any || origins.isEmpty() || (origins.size() == 1 && isAllowed(exchange, origins.get(0)))) {
				return HandshakeDecision.accept();
			}
			return HandshakeDecision
				.refuse("Origin " + origins + " is not allowed: see websocket.http2.allowed-origins "
						+ "and websocket.http2.allowed-origin-patterns");
		});
	}

	private boolean isAllowed(ServerWebExchange exchange, String origin) {
		return this.allowed.checkOrigin(origin.toLowerCase(Locale.ROOT)) != null
				|| isSameOrigin(exchange.getRequest(), origin) || isAllowedByCors(exchange, origin);
	}

	private static boolean isSameOrigin(ServerHttpRequest request, String value) {
		try {
			String origin = (isOrigin(value)) ? originOf(URI.create(value)) : null;
			URI uri = request.getURI();
			// A browser lets no page set these fields: a proxy has, or somebody without a
			// browser
			return origin != null && (origin.equals(originOf(uri)) || origin.equals(originOf(
					ForwardedHeaderUtils.adaptFromForwardedHeaders(uri, request.getHeaders()).build(true).toUri())));
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

	/**
	 * RFC 6454, section 6.2: nothing but scheme, host and port.
	 */
	private static boolean isOrigin(String value) {
		return ORIGIN.matcher(value).matches();
	}

	private static @Nullable String originOf(URI uri) {
		if (uri.getScheme() == null || uri.getHost() == null) {
			return null;
		}
		String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
		boolean secure = "https".equals(scheme) || "wss".equals(scheme);
		int defaultPort = (secure) ? 443 : 80;
		String port = (uri.getPort() == -1 || uri.getPort() == defaultPort) ? "" : ":" + uri.getPort();
		return ((secure) ? "https" : "http") + "://" + uri.getHost().toLowerCase(Locale.ROOT) + port;
	}

	/**
	 * "*" does not count: with it browsers keep cookies from a fetch, while they send
	 * them with every handshake.
	 */
	private static boolean isAllowedByCors(ServerWebExchange exchange, String origin) {
		return origin.equals(exchange.getResponse().getHeaders().getFirst(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN));
	}

}
