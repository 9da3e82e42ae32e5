package io.github.websockethttp2.security;

import java.time.Instant;

import reactor.core.publisher.Mono;

import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebSession;

/**
 * Tells the web sessions of a user from each other. Their ids do not: a web session gets
 * another with each login, such as the second factor, and with the logout.
 *
 * @param createdAt when the web session was created
 */
record WebSessionIdentity(Instant createdAt) {

	/**
	 * Returns the web session of a request.
	 * @param exchange the request
	 * @return the web session, or nothing if the request has none
	 */
	static Mono<WebSessionIdentity> of(ServerWebExchange exchange) {
		return exchange.getSession()
			.filter(WebSession::isStarted)
			.map((session) -> new WebSessionIdentity(session.getCreationTime()));
	}

}
