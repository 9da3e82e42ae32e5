package io.github.websockethttp2.security;

import java.time.Instant;
import java.util.concurrent.TimeUnit;

import io.github.websockethttp2.handshake.HandshakeDecision;
import io.github.websockethttp2.handshake.HandshakePolicy;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ServerWebExchange;

/**
 * Refuses a handshake with 401 if its credentials have expired. A token decoder accepts
 * them a little longer, since clocks may differ. The {@link TokenExpiryClosing} would
 * close such a session as soon as it is open, and the client would come back at once.
 */
public final class TokenExpiryPolicy implements HandshakePolicy, Ordered {

	/** Asks the client to get a new token (RFC 6750, section 3). */
	private static final String CHALLENGE = "Bearer error=\"invalid_token\", error_description=\"Token expired\"";

	private final PrincipalExpiry expiry;

	private final Scheduler scheduler;

	/**
	 * Create a policy.
	 * @param expiry determines when the credentials expire
	 * @param scheduler provides the clock
	 */
	public TokenExpiryPolicy(PrincipalExpiry expiry, Scheduler scheduler) {
		this.expiry = expiry;
		this.scheduler = scheduler;
	}

	@Override
	public Mono<HandshakeDecision> decide(ServerWebExchange exchange) {
		return exchange.getPrincipal()
			.flatMap((principal) -> Mono.justOrEmpty(this.expiry.expiresAt(principal)))
			.filter((expiresAt) -> !expiresAt.isAfter(now()))
			.map((expiresAt) -> {
				exchange.getResponse().getHeaders().set(HttpHeaders.WWW_AUTHENTICATE, CHALLENGE);
				return HandshakeDecision.refuse(HttpStatus.UNAUTHORIZED, "Its token expired at " + expiresAt);
			});
	}

	private Instant now() {
		return Instant.ofEpochMilli(this.scheduler.now(TimeUnit.MILLISECONDS));
	}

	/**
	 * Runs after the origin check, and before policies that cost more.
	 */
	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE + 1;
	}

}
