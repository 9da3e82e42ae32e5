package io.github.websockethttp2.server;

import reactor.core.publisher.Mono;

import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

/**
 * Refuses a handshake over HTTP/2 that the application has not answered. Runs around all
 * other filters but within the observation of the request, which then records the status
 * that the client gets.
 */
public final class HandshakeAnswer implements WebFilter, PriorityOrdered {

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		HandshakeResponse handshake = HandshakeResponse.of(exchange.getResponse());
		return (handshake != null) ? chain.filter(exchange).doOnSuccess((done) -> handshake.refuseIfUnanswered())
				: chain.filter(exchange);
	}

}
