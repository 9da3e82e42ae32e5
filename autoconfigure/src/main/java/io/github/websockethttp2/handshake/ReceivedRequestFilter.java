package io.github.websockethttp2.handshake;

import reactor.core.publisher.Mono;

import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

/**
 * Keeps each handshake as a {@link ReceivedRequest}, and its exchange for those who
 * observe it. Runs before any filter that is only {@link Ordered}.
 */
public final class ReceivedRequestFilter implements WebFilter, PriorityOrdered {

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		if (exchange.getRequest().getHeaders().containsHeader(HttpHeaders.UPGRADE)) {
			ReceivedRequest.keep(exchange);
			ObservedHandshake.enter(exchange);
		}
		return chain.filter(exchange);
	}

}
