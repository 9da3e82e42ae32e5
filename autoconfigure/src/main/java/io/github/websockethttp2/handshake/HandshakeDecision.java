package io.github.websockethttp2.handshake;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.util.Assert;

/**
 * The decision whether a WebSocket may be opened.
 *
 * @param refusal the status of a refusal, or {@code null} if the handshake is accepted
 * @param reason the reason for a refusal, logged at DEBUG and never sent to the client
 */
public record HandshakeDecision(@Nullable HttpStatusCode refusal, String reason) {

	private static final HandshakeDecision ACCEPTED = new HandshakeDecision(null, "");

	/**
	 * Accepts, as far as this policy is concerned.
	 * @return the decision
	 */
	public static HandshakeDecision accept() {
		return ACCEPTED;
	}

	/**
	 * Refuses with 403.
	 * @param reason the reason, for the log
	 * @return the decision
	 */
	public static HandshakeDecision refuse(String reason) {
		return refuse(HttpStatus.FORBIDDEN, reason);
	}

	/**
	 * Refuses.
	 * @param status the status, 400 or higher
	 * @param reason the reason, for the log
	 * @return the decision
	 */
	public static HandshakeDecision refuse(HttpStatusCode status, String reason) {
		Assert.isTrue(status.isError(), () -> "A refusal needs an error status and not " + status);
		return new HandshakeDecision(status, reason);
	}

	/**
	 * Returns whether the handshake is accepted.
	 * @return {@code false} if it is refused
	 */
	public boolean isAccepted() {
		return this.refusal == null;
	}

}
