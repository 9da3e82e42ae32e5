package io.github.websockethttp2.frame;

/**
 * User events between the bytes of a session.
 */
public enum InboundMark {

	/**
	 * The session reads again. The decoder goes on with the bytes that it has.
	 */
	RESUMED,

	/**
	 * The peer has ended its output, and some of what it sent is still unread.
	 */
	ENDING

}
