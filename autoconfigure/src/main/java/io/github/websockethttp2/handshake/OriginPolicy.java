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

import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;

/**
 * Lets browsers open WebSockets from the server's own origin, and from others only where
 * they are allowed (RFC 6455, sections 4.2.2 and 10.2). Browsers send cookies with a
 * handshake whatever page it comes from, so that without this any site could use its
 * visitors' sessions.
 * <p>
 * A request without {@code Origin} does not come from a browser and is let in. What the
 * client sent counts, and not what filters have made of it; the server's own origin is
 * that of either, since no page can have a hand in it. A request that the CORS rules of
 * its handler mapping, or of a CORS filter, have let through is let in as well if they
 * allow credentials, or name its very origin.
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
			ServerHttpRequest received = ReceivedRequest.of(exchange);
			List<Origin> own = new ArrayList<>(own(received));
			if (received != exchange.getRequest()) {
				own.addAll(own(exchange.getRequest()));
			}
			return decide(received.getHeaders(), own, exchange.getResponse().getHeaders(),
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
		return decide(request, own(Origin.of(scheme, authority), request), response, (origin) -> false);
	}

	private static List<Origin> own(ServerHttpRequest request) {
		URI uri = request.getURI();
		// Without a host that URI knows, Spring loses it to the scheme of a proxy
		String authority = (uri.getRawAuthority() != null) ? uri.getRawAuthority()
				: request.getHeaders().getFirst(HttpHeaders.HOST);
		return own(Origin.of(uri.getScheme(), authority), request.getHeaders());
	}

	/**
	 * First what it is to the client, where proxies in between say so. A browser lets no
	 * page set what proxies say: a proxy has, or somebody without a browser.
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
	 * The first refusal is for whoever sets the server up. More would let strangers fill
	 * the log.
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
	 * What a client sends, it may make up.
	 */
	private static String printable(List<String> values) {
		String text = values.stream().limit(2).collect(Collectors.joining(", "));
		String cut = (text.length() > MAX_LOGGED) ? text.substring(0, MAX_LOGGED) + "..." : text;
		return "\"" + cut.replaceAll("[^\\x20-\\x7e]", "?") + "\"";
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
