package io.github.websockethttp2.handshake;

import java.util.Locale;

/**
 * Why a handshake was refused.
 */
public enum RefusalReason {

	/** Its page's origin is not allowed. */
	ORIGIN,

	/** A {@link HandshakePolicy} refused it. */
	POLICY,

	/** Spring Security or a filter answered 401 or 403. */
	SECURITY,

	/** There was no place for another session. */
	BUDGET,

	/** The server is shutting down. */
	DRAINING,

	/** It was not decided in time. */
	TIMEOUT,

	/** It is for another version of the protocol. */
	VERSION,

	/** It is not as the standards require. */
	MALFORMED,

	/** No WebSocket handler is mapped to it, and something else may have answered. */
	ROUTING,

	/** The application failed. */
	ERROR;

	private final String text = name().toLowerCase(Locale.ROOT);

	/**
	 * Returns the reason that a status suggests, if whoever answered has left none.
	 * @param status the status of the answer
	 * @return the most likely reason
	 */
	static RefusalReason of(int status) {
		return switch (status) {
			case 400 -> MALFORMED;
			case 401, 403 -> SECURITY;
			case 426 -> VERSION;
			default -> (status >= 500) ? ERROR : ROUTING;
		};
	}

	/**
	 * Returns the name as meters and the endpoint show it, such as {@code origin}.
	 */
	@Override
	public String toString() {
		return this.text;
	}

}
