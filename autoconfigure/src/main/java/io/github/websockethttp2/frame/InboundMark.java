package io.github.websockethttp2.frame;

/**
 * User events among the bytes of a session.
 */
public enum InboundMark {

	/**
	 * The session reads again, and the decoder goes on with what it has.
	 */
	RESUMED,

	/**
	 * The peer has ended its side, and not all of what it sent has been read.
	 */
	ENDING

}
