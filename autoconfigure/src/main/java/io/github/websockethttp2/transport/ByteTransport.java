package io.github.websockethttp2.transport;

import io.github.websockethttp2.frame.OutboundMark;
import io.github.websockethttp2.frame.SendBacklog;

/**
 * The two byte streams under a WebSocket session, beyond what its channel offers: an
 * HTTP/2 stream (RFC 8441) or a whole HTTP/1.1 connection (RFC 6455). Bytes arrive by
 * {@code channelRead} and leave by {@code write}; {@link OutboundMark#END} ends the
 * sending side, and the whole transport within the close timeout. All methods run on the
 * channel's event loop.
 */
public interface ByteTransport extends SendBacklog {

	/**
	 * The session is there: it gets what came right behind the handshake.
	 */
	void begin();

	/**
	 * The HTTP exchange of the handshake has left the pipeline.
	 */
	void exchangeEnded();

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
	 * Sends what has been flushed at once, even while other bytes of the connection are
	 * being read.
	 */
	void flushConnection();

	/**
	 * Ends the transport at once, without a word to a peer that is not there.
	 */
	void abort();

	/**
	 * Returns whether only a ping of the session's own shows that its peer is there.
	 * @return {@code false} if the connection pings the peer for all its sessions
	 */
	boolean needsPings();

	/**
	 * A ping of ours is being written.
	 */
	void pinged();

	/**
	 * Listens for the peer from now on.
	 */
	void listen();

	/**
	 * Returns whether, since {@link #listen()}, bytes have come from the peer or have
	 * been taken by it, or could not come.
	 * @return whether the peer must be taken for alive
	 */
	boolean hasBeenHeard();

}
