package io.github.websockethttp2.server;

import java.util.Map;

import io.github.websockethttp2.observation.SessionTrace;
import io.micrometer.observation.Observation;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

import org.springframework.web.server.ServerWebExchange;

/**
 * Creates the Reactor context of a session's handler: that of the handshake, with the
 * security context, the trace and the entries of filters, but without the exchange and
 * its observation, which would stay in memory as long as the session.
 */
final class HandlerContext {

	/**
	 * The key of Spring Security's {@code Mono}. By name, since Spring Security may be
	 * absent.
	 */
	private static final String SECURITY_CONTEXT = "org.springframework.security.core.context.SecurityContext";

	private HandlerContext() {
	}

	/**
	 * Returns the context for the handler.
	 * @return the context, derived from that of the subscriber
	 */
	static Mono<Context> get() {
		return Mono.deferContextual((handshake) -> resolveSecurity(withoutExchange(handshake)));
	}

	private static Context withoutExchange(ContextView handshake) {
		Context context = Context.of(handshake);
		for (Map.Entry<Object, Object> entry : handshake.stream().toList()) {
			if (entry.getValue() instanceof ServerWebExchange) {
				context = context.delete(entry.getKey());
			}
			else if (entry.getValue() instanceof Observation observation) {
				Observation trace = SessionTrace.of(observation);
				context = (trace != null) ? context.put(entry.getKey(), trace) : context.delete(entry.getKey());
			}
		}
		return context;
	}

	/**
	 * Loads the security context now. Spring Security's {@code Mono} would load it on
	 * demand, and for that keeps the exchange.
	 */
	private static Mono<Context> resolveSecurity(Context context) {
		for (Map.Entry<Object, Object> entry : context.stream().toList()) {
			if (entry.getKey() instanceof Class<?> type && type.getName().equals(SECURITY_CONTEXT)
					&& entry.getValue() instanceof Mono<?> security) {
				return security.<Context>map((resolved) -> context.put(type, Mono.just(resolved)))
					.switchIfEmpty(Mono.fromSupplier(() -> context.delete(type)));
			}
		}
		return Mono.just(context);
	}

}
