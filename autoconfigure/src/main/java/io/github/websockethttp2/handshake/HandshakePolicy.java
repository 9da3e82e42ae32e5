package io.github.websockethttp2.handshake;

import reactor.core.publisher.Mono;

import org.springframework.web.server.ServerWebExchange;

/**
 * Decides whether a WebSocket may be opened, over HTTP/1.1 and HTTP/2 alike. Policies are
 * beans; they are asked in their {@link org.springframework.core.annotation.Order order}
 * after security and routing, and before anything is sent. The first to refuse decides.
 */
@FunctionalInterface
public interface HandshakePolicy {

	/**
	 * Decides about a handshake.
	 * @param exchange the handshake, as a GET request over either transport, and as
	 * filters have left it; {@link ReceivedRequest} has what the client sent
	 * @return the decision; an empty {@code Mono} accepts, and an error refuses with 500
	 */
	Mono<HandshakeDecision> decide(ServerWebExchange exchange);

}
