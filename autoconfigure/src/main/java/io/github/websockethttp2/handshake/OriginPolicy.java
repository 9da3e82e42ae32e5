package io.github.websockethttp2.handshake;

import java.net.URI;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;

/**
 * Lets browsers open WebSockets from the server's own origin, and from others only where
 * they are allowed (RFC 6455, sections 4.2.2 and 10.2). Browsers send cookies with a
 * handshake whatever page it comes from, so that without this any site could use its
 * visitors' sessions.
 * <p>
 * A request without {@code Origin} does not come from a browser and is let in. A request
 * that the CORS rules of its handler mapping, or of a CORS filter, have let through is
 * let in as well if they allow credentials, or name its very origin.
 */
public final class OriginPolicy implements HandshakePolicy, Ordered {

	private static final Log logger = LogFactory.getLog(OriginPolicy.class);

	/** Characters of an origin that are logged: no host is longer than that. */
	private static final int MAX_LOGGED = 300;

	private final AllowedOrigins allowed;

	private final AtomicBoolean warned = new AtomicBoolean();

	/**
	 * Create a policy.
	 * @param origins other origins that are allowed, such as
	 * {@code https://app.example.com}, or {@code *} for any
	 * @param patterns patterns of other origins that are allowed, such as
	 * {@code https://*.example.com}
	 * @throws IllegalArgumentException if there is an entry that could never match, or
	 * {@code null}, which any site can send
	 */
	public OriginPolicy(List<String> origins, List<String> patterns) {
		this.allowed = new AllowedOrigins(origins, patterns);
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	public Mono<HandshakeDecision> decide(ServerWebExchange exchange) {
		return Mono.fromSupplier(() -> {
			URI uri = exchange.getRequest().getURI();
			HttpHeaders headers = exchange.getRequest().getHeaders();
			// Without a host that URI knows, Spring loses it to the scheme of a proxy
			String authority = (uri.getRawAuthority() != null) ? uri.getRawAuthority()
					: headers.getFirst(HttpHeaders.HOST);
			return decide(Origin.of(uri.getScheme(), authority), headers, exchange.getResponse().getHeaders(),
					(origin) -> CorsRules.name(origin, exchange));
		});
	}

	/**
	 * Decides about a handshake that is no exchange of WebFlux.
	 * @param scheme the scheme of the request
	 * @param authority host and port of the request
	 * @param request the headers of the request
	 * @param response the headers of the response so far
	 * @return the decision
	 */
	public HandshakeDecision decide(String scheme, String authority, HttpHeaders request, HttpHeaders response) {
		return decide(Origin.of(scheme, authority), request, response, (origin) -> false);
	}

	private HandshakeDecision decide(@Nullable Origin own, HttpHeaders request, HttpHeaders response,
			Predicate<String> named) {
		List<String> origins = request.getOrEmpty(HttpHeaders.ORIGIN);
		if (this.allowed.isAny() || origins.isEmpty()
				|| (origins.size() == 1 && isAllowed(origins.get(0), own, request, response, named))) {
			return HandshakeDecision.accept();
		}
		warnOnce(origins, own, request);
		return HandshakeDecision.refuse("Origin " + origins + " is not allowed: see websocket.http2.allowed-origins "
				+ "and websocket.http2.allowed-origin-patterns");
	}

	/**
	 * The first refusal is for whoever sets the server up. More would let strangers fill
	 * the log.
	 */
	private void warnOnce(List<String> origins, @Nullable Origin own, HttpHeaders request) {
		if (this.warned.compareAndSet(false, true)) {
			Origin expected = Origin.forwarded(own, request);
			logger.warn("Refused a WebSocket with 403: its page's origin is " + printable(origins)
					+ ", and this server's is "
					+ printable(List.of(String.valueOf((expected != null) ? expected : own)))
					+ ". If that page is this application's own, a proxy in between does not pass its host or scheme on: have "
					+ "it send X-Forwarded-Host, -Proto and -Port. If it is another's that may connect, name it in "
					+ "websocket.http2.allowed-origins. Further refusals are logged at DEBUG.");
		}
	}

	/**
	 * What a client sends, it may make up.
	 */
	private static String printable(List<String> values) {
		String text = values.stream().limit(2).collect(Collectors.joining(", "));
		String cut = (text.length() > MAX_LOGGED) ? text.substring(0, MAX_LOGGED) + "..." : text;
		return "\"" + cut.replaceAll("[^\\x20-\\x7e]", "?") + "\"";
	}

	private boolean isAllowed(String value, @Nullable Origin own, HttpHeaders request, HttpHeaders response,
			Predicate<String> named) {
		Origin origin = Origin.parse(value);
		if (origin == null && !value.equals(Origin.OPAQUE)) {
			return false;
		}
		return (origin != null && (this.allowed.contains(origin) || isOwn(origin, own, request)))
				|| (CorsRules.allow(value, response) && (CorsRules.allowCredentials(response) || named.test(value)));
	}

	/**
	 * A browser lets no page set what proxies say: a proxy has, or somebody without a
	 * browser.
	 */
	private static boolean isOwn(Origin origin, @Nullable Origin own, HttpHeaders request) {
		return origin.equals(own) || origin.equals(Origin.forwarded(own, request));
	}

}
