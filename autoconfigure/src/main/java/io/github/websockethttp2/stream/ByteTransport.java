package io.github.websockethttp2.stream;

/**
 * The two byte streams under a WebSocket session, beyond what its channel offers: an
 * HTTP/2 stream (RFC 8441) or a whole HTTP/1.1 connection (RFC 6455). All methods run on
 * the channel's event loop.
 */
interface ByteTransport {

	/**
	 * Switches the flow of bytes on or off; it begins switched off. Bytes arrive by
	 * {@code channelRead}. Those that were on their way when it was switched off may
	 * still arrive, but no more than were read together.
	 * @param reading whether the session wants bytes
	 */
	void setReading(boolean reading);

	/**
	 * Returns how much may be written before writing had better wait.
	 * @return the number of bytes, which is 0 if nothing can be written any more
	 */
	long bytesBeforeUnwritable();

	/**
	 * Tells whether what is written now would only wait for the peer. It had better wait
	 * unwritten then, and become one with what follows: the transport flushes the channel
	 * when it can go on.
	 * @return whether to write later
	 */
	boolean isHoldingBack();

	/**
	 * Ends the sending side after everything that has been written, and the whole
	 * transport within the close timeout.
	 */
	void end();

	/**
	 * Ends the transport at once, without a word to a peer that is not there.
	 */
	void abort();

	/**
	 * A ping of ours is being written.
	 */
	default void pinged() {
	}

	/**
	 * Returns whether bytes have come from the peer since the last call or have been
	 * taken by it, or could not come.
	 * @return whether the peer must be taken for alive
	 */
	boolean hasBeenHeard();

}
