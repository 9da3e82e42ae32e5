package io.github.websockethttp2.stream;

/**
 * User events among the bytes of a session.
 */
enum InboundMark {

	/**
	 * The session reads again, and the decoder goes on with what it has.
	 */
	RESUMED,

	/**
	 * The peer has ended its side, and not all of what it sent has been read.
	 */
	ENDING

}
