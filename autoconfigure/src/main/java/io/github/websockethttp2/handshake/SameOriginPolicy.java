package io.github.websockethttp2.handshake;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;

/**
 * Lets browsers open WebSockets from the server's own origin, and from others only if
 * they are allowed (RFC 6455, sections 4.2.2 and 10.2). Browsers send cookies with every
 * handshake, whatever page it comes from. Without this policy any site could use its
 * visitors' web sessions.
 * <p>
 * A request without {@code Origin} does not come from a browser and is accepted. What
 * counts is the request that the client sent, not what filters have made of it. The
 * server's own origin may come from either, since no page can influence it. A request
 * that the CORS rules of its handler mapping or of a CORS filter have let through is
 * accepted as well, if they allow credentials or name its exact origin.
 */
public final class SameOriginPolicy implements OriginPolicy {

	private static final Log logger = LogFactory.getLog(SameOriginPolicy.class);

	/** The maximum length of an origin in the log. No host is longer. */
	private static final int MAX_LOGGED = 300;

	private final AllowedOrigins allowed;

	private final AtomicBoolean warned = new AtomicBoolean();

	/**
	 * Create a policy.
	 * @param origins the other origins that are allowed, such as
	 * {@code https://app.example.com}, or {@code *} for any
	 * @param patterns the patterns of other origins that are allowed, such as
	 * {@code https://*.example.com}
	 * @throws IllegalArgumentException if an entry could never match, or is the text
	 * {@code null}, which any site can send
	 */
	public SameOriginPolicy(List<String> origins, List<String> patterns) {
		this.allowed = new AllowedOrigins(origins, patterns);
	}

	@Override
	public Mono<HandshakeDecision> decide(ServerWebExchange exchange) {
		return Mono.fromSupplier(() -> {
			ServerHttpRequest received = ReceivedRequest.of(exchange);
			List<Origin> own = new ArrayList<>(own(received));
			if (received != exchange.getRequest()) {
				own.addAll(own(exchange.getRequest()));
			}
			return decide(received.getHeaders(), own, exchange.getResponse().getHeaders(),
					(origin) -> CorsRules.name(origin, exchange));
		});
	}

	@Override
	public HandshakeDecision decide(String scheme, String authority, HttpHeaders request, HttpHeaders response) {
		return decide(request, own(Origin.of(scheme, authority), request), response, (origin) -> false);
	}

	private static List<Origin> own(ServerHttpRequest request) {
		URI uri = request.getURI();
		// If URI finds no host, Spring loses it when it applies a proxy's scheme
		String authority = (uri.getRawAuthority() != null) ? uri.getRawAuthority()
				: request.getHeaders().getFirst(HttpHeaders.HOST);
		return own(Origin.of(uri.getScheme(), authority), request.getHeaders());
	}

	/**
	 * Returns the server's own origins, first the one that proxies report. This is safe,
	 * since a browser lets no page set the headers of proxies: they come from a proxy, or
	 * from a client that is not a browser.
	 */
	private static List<Origin> own(@Nullable Origin seen, HttpHeaders request) {
		return Stream.of(Optional.ofNullable(Origin.forwarded(seen, request)), Optional.ofNullable(seen))
			.flatMap(Optional::stream)
			.toList();
	}

	private HandshakeDecision decide(HttpHeaders request, List<Origin> own, HttpHeaders response,
			Predicate<String> named) {
		List<String> origins = request.getOrEmpty(HttpHeaders.ORIGIN);
		if (this.allowed.isAny() || origins.isEmpty()
				|| (origins.size() == 1 && isAllowed(origins.get(0), own, response, named))) {
			return HandshakeDecision.accept();
		}
		warnOnce(origins, own);
		return HandshakeDecision.refuse("Origin " + origins + " is not allowed: see websocket.http2.allowed-origins "
				+ "and websocket.http2.allowed-origin-patterns");
	}

	/**
	 * Logs the first refusal for the operator. More would let strangers fill the log.
	 */
	private void warnOnce(List<String> origins, List<Origin> own) {
		if (this.warned.compareAndSet(false, true)) {
			String expected = (own.isEmpty()) ? "unknown" : own.get(0).toString();
			logger.warn("Refused a WebSocket with 403: its page's origin is " + printable(origins)
					+ ", and this server's is " + printable(List.of(expected))
					+ ". If that page is this application's own, a proxy in between does not pass its host or scheme on: have "
					+ "it send X-Forwarded-Host, -Proto and -Port. If it is another's that may connect, name it in "
					+ "websocket.http2.allowed-origins. Further refusals are logged at DEBUG.");
		}
	}

	/**
	 * Makes text safe to log that a client may have made up.
	 */
	private static String printable(List<String> values) {
		String text = values.stream().limit(2).collect(Collectors.joining(", "));
		String shortened = (text.length() > MAX_LOGGED) ? text.substring(0, MAX_LOGGED) + "..." : text;
		return "\"" + shortened.replaceAll("[^\\x20-\\x7e]", "?") + "\"";
	}

	private boolean isAllowed(String value, List<Origin> own, HttpHeaders response, Predicate<String> named) {
		Origin origin = Origin.parse(value);
		if (origin == null && !value.equals(Origin.OPAQUE)) {
			return false;
		}
		return (origin != null && (this.allowed.contains(origin) || own.contains(origin)))
				|| (CorsRules.allow(value, response) && (CorsRules.allowCredentials(response) || named.test(value)));
	}

}
