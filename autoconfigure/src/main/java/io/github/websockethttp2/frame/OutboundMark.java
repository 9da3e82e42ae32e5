package io.github.websockethttp2.frame;

/**
 * What is written among the frames of a session.
 */
public enum OutboundMark {

	/**
	 * Completes once everything before it has been written.
	 */
	BARRIER,

	/**
	 * Nothing follows: what waits leaves now, whatever the peer takes, and this side of
	 * the transport ends behind it.
	 */
	END

}
