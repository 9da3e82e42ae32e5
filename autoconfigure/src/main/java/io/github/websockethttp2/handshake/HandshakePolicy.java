package io.github.websockethttp2.handshake;

import reactor.core.publisher.Mono;

import org.springframework.web.server.ServerWebExchange;

/**
 * Decides whether a WebSocket may be opened, over HTTP/1.1 and HTTP/2. Policies are
 * beans. They are asked in their {@link org.springframework.core.annotation.Order order},
 * after security and routing and before anything is sent. The first refusal decides.
 */
@FunctionalInterface
public interface HandshakePolicy {

	/**
	 * Decides about a handshake.
	 * @param exchange the handshake, a GET request on every transport, as filters have
	 * left it; see {@link ReceivedRequest} for what the client sent
	 * @return the decision; an empty {@code Mono} accepts, and an error refuses with 500
	 */
	Mono<HandshakeDecision> decide(ServerWebExchange exchange);

}
