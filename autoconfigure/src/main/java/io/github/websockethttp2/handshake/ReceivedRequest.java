package io.github.websockethttp2.handshake;

import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;

/**
 * A handshake as it was received, whatever filters have made of it since. A gateway's
 * route, say, may take {@code Origin} away from what it passes on; that must not open the
 * gateway's own door.
 */
public final class ReceivedRequest {

	private static final String ATTRIBUTE = ReceivedRequest.class.getName();

	private ReceivedRequest() {
	}

	/**
	 * Returns the handshake that an exchange began with: over either transport a GET, and
	 * with {@code server.forward-headers-strategy=framework} as that has left it.
	 * @param exchange the exchange
	 * @return the request before any filter
	 */
	public static ServerHttpRequest of(ServerWebExchange exchange) {
		return exchange.getAttributeOrDefault(ATTRIBUTE, exchange.getRequest());
	}

	static void keep(ServerWebExchange exchange) {
		exchange.getAttributes().putIfAbsent(ATTRIBUTE, exchange.getRequest());
	}

}
