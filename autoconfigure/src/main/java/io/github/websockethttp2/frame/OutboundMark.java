package io.github.websockethttp2.frame;

/**
 * Marks that are written between the frames of a session.
 */
public enum OutboundMark {

	/**
	 * A barrier: it completes once everything before it has been written.
	 */
	BARRIER,

	/**
	 * The end of the output: what still waits is written now, whether or not the peer
	 * takes it, and the output of the transport ends behind it.
	 */
	END

}
