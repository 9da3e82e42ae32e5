package io.github.websockethttp2.server;

import io.micrometer.observation.Observation;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

import org.springframework.web.server.ServerWebExchange;

/**
 * The Reactor context of a session's handler: that of the handshake, with the security
 * context and whatever filters have put into it, but without the exchange and its
 * observation, which would stay in memory for as long as the session lives.
 */
final class HandlerContext {

	private HandlerContext() {
	}

	static Context of(ContextView handshake) {
		Context context = Context.of(handshake);
		for (Object key : handshake.stream()
			.filter((entry) -> entry.getValue() instanceof Observation || entry.getValue() instanceof ServerWebExchange)
			.map((entry) -> entry.getKey())
			.toList()) {
			context = context.delete(key);
		}
		return context;
	}

}
