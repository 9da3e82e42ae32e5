package io.github.websockethttp2.security;

import io.github.websockethttp2.handshake.HandshakeDecision;
import io.github.websockethttp2.handshake.HandshakePolicy;
import io.github.websockethttp2.session.LiveSession;
import reactor.core.publisher.Mono;

import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebSession;

/**
 * Refuses nothing, but records for the {@link LogoutClosing} in which web session each
 * session is opened.
 */
public final class WebSessionPolicy implements HandshakePolicy, Ordered {

	@Override
	public Mono<HandshakeDecision> decide(ServerWebExchange exchange) {
		return exchange.getSession()
			.filter(WebSession::isStarted)
			.map(WebSessionIdentity::of)
			.doOnNext((webSession) -> exchange.getAttributes().put(LiveSession.WEB_SESSION_ATTRIBUTE, webSession))
			.then(Mono.empty());
	}

	/**
	 * Runs after the policies that refuse.
	 */
	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

}
