package io.github.websockethttp2.handshake;

import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;

/**
 * A handshake as it was received, before filters have changed it. A gateway's route, for
 * example, may remove {@code Origin} from the request that it forwards, which must not
 * disable the gateway's own check. Policies may use this type.
 */
public final class ReceivedRequest {

	private static final String ATTRIBUTE = ReceivedRequest.class.getName();

	private ReceivedRequest() {
	}

	/**
	 * Returns the handshake with which an exchange began: a GET request on every
	 * transport. With {@code server.forward-headers-strategy=framework}, forwarded
	 * headers have been applied.
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
