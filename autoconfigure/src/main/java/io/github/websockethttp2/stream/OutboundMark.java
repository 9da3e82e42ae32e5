package io.github.websockethttp2.stream;

/**
 * What is written among the frames of a session.
 */
enum OutboundMark {

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
