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
 * Refuses a handshake with 401 whose credentials have expired. A decoder of tokens takes
 * them a while longer, in case clocks differ, and the {@link TokenExpiryClosing} would
 * close the session as soon as it is open, for a client to come back at once.
 */
public final class TokenExpiryPolicy implements HandshakePolicy, Ordered {

	/** RFC 6750, section 3, which wants the client to get a new token. */
	private static final String CHALLENGE = "Bearer error=\"invalid_token\", error_description=\"Token expired\"";

	private final PrincipalExpiry expiry;

	private final Scheduler scheduler;

	/**
	 * Create a policy.
	 * @param expiry tells when
	 * @param scheduler has the clock that it goes by
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
	 * After the look at the origin, and before policies that cost more.
	 */
	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE + 1;
	}

}
