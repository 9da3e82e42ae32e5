package io.github.websockethttp2.server;

import io.github.websockethttp2.handshake.HandshakeDecision;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import reactor.core.publisher.Mono;

import org.springframework.web.server.ServerWebExchange;

/**
 * The answer to a handshake that is refused: a status for the client, and the reason for
 * the log at DEBUG, so that no stranger can make it grow.
 */
final class Refusals {

	private static final Log logger = LogFactory.getLog(Refusals.class);

	private Refusals() {
	}

	static Mono<Void> refuse(ServerWebExchange exchange, HandshakeDecision decision) {
		logger
			.debug(exchange.getLogPrefix() + "Handshake refused with " + decision.refusal() + ": " + decision.reason());
		exchange.getResponse().setStatusCode(decision.refusal());
		return exchange.getResponse().setComplete();
	}

}
