package io.github.websockethttp2.handshake;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.util.Assert;

/**
 * Whether a WebSocket may be opened.
 *
 * @param refusal the status that a refusal is answered with, or {@code null} if the
 * handshake is accepted
 * @param reason why it is refused, for the log at DEBUG; never sent to the client
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
	 * @param reason why
	 * @return the decision
	 */
	public static HandshakeDecision refuse(String reason) {
		return refuse(HttpStatus.FORBIDDEN, reason);
	}

	/**
	 * Refuses.
	 * @param status the status to answer with, from 400 on
	 * @param reason why
	 * @return the decision
	 */
	public static HandshakeDecision refuse(HttpStatusCode status, String reason) {
		Assert.isTrue(status.isError(), () -> "A refusal needs an error status and not " + status);
		return new HandshakeDecision(status, reason);
	}

	/**
	 * Tells which of the two it is.
	 * @return whether the handshake is accepted
	 */
	public boolean isAccepted() {
		return this.refusal == null;
	}

}
