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
	END,

	/**
	 * The same, where a client has failed the connection: a stream ends when the peer has
	 * ended its own side. A proxy makes FIN of END_STREAM, and a server that takes FIN
	 * for the end of the whole connection, as Netty does by default, would not answer the
	 * Close frame any more.
	 */
	END_AFTER_PEER

}
