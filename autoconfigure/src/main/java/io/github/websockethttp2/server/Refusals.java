package io.github.websockethttp2.server;

import io.github.websockethttp2.handshake.HandshakeDecision;
import io.github.websockethttp2.handshake.ObservedHandshake;
import io.github.websockethttp2.handshake.RefusalReason;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import reactor.core.publisher.Mono;

import org.springframework.web.server.ServerWebExchange;

/**
 * Refuses handshakes: the client gets the status, and the log gets the reason, at DEBUG
 * so that strangers cannot fill it.
 */
final class Refusals {

	private static final Log logger = LogFactory.getLog(Refusals.class);

	private Refusals() {
	}

	static Mono<Void> refuse(ServerWebExchange exchange, RefusalReason reason, HandshakeDecision decision) {
		ObservedHandshake.leaveReason(exchange.getResponse(), reason);
		return refuse(exchange, decision);
	}

	static Mono<Void> refuse(ServerWebExchange exchange, HandshakeDecision decision) {
		logger
			.debug(exchange.getLogPrefix() + "Handshake refused with " + decision.refusal() + ": " + decision.reason());
		exchange.getResponse().setStatusCode(decision.refusal());
		return exchange.getResponse().setComplete();
	}

}
