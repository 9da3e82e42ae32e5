package io.github.websockethttp2.transport;

import io.github.websockethttp2.frame.ByteOutput;
import io.github.websockethttp2.frame.OutboundMark;
import io.netty.channel.ChannelFuture;
import org.jspecify.annotations.Nullable;

/**
 * The transport of a session: the two byte streams of an HTTP/2 stream (RFC 8441) or of a
 * whole HTTP/1.1 connection (RFC 6455), as far as the channel does not offer them. Bytes
 * arrive by {@code channelRead} and leave by {@code write}. {@link OutboundMark#END} ends
 * the output, and the whole transport within the close timeout. All methods run on the
 * channel's event loop.
 */
public interface ByteTransport extends ByteOutput {

	/**
	 * The session has begun, and gets the bytes that arrived right behind the handshake.
	 */
	void begin();

	/**
	 * The handlers of the handshake's HTTP exchange have left the pipeline.
	 */
	void exchangeEnded();

	/**
	 * Switches reading on or off; at first it is off. After it is switched off, bytes
	 * that were read together with the last ones may still arrive.
	 * @param reading whether the session wants bytes
	 */
	void setReading(boolean reading);

	/**
	 * Returns how many bytes may be written before writing should wait.
	 * @return the number of bytes, or 0 if nothing can be written any more
	 */
	long bytesBeforeUnwritable();

	/**
	 * Returns whether less waits than makes writing wait. It changes with an event
	 * {@code channelWritabilityChanged}.
	 * @return whether messages may be written
	 */
	boolean isWritable();

	/**
	 * Returns how many bytes wait to be sent. May be called from any thread.
	 * @return the number of bytes
	 */
	long bufferedAmount();

	/**
	 * Sends flushed bytes at once, even while the connection is being read.
	 */
	void flushConnection();

	/**
	 * Runs a task when what has been flushed has reached the socket, as far as the peer
	 * and the network let it.
	 * @param task the task
	 */
	void whenFlushed(Runnable task);

	/**
	 * Returns what tells when the bytes have been sent that have been written so far. Not
	 * for every write, since it may itself write something.
	 * @return completes when they have been sent or never will, or {@code null} if none
	 * wait
	 */
	@Nullable ChannelFuture unsent();

	/**
	 * Aborts the transport: ends it at once, without a word to the peer.
	 */
	void abort();

	/**
	 * Returns whether the session must ping its peer itself.
	 * @return {@code false} if the connection pings the peer for all its sessions
	 */
	boolean needsPings();

	/**
	 * One of our own pings is being written.
	 */
	void pinged();

	/**
	 * Starts to listen for the peer.
	 */
	void listen();

	/**
	 * Returns whether, since {@link #listen()}, bytes have arrived from the peer, or the
	 * peer has taken bytes, or no bytes could arrive.
	 * @return whether the peer has to be considered alive
	 */
	boolean hasBeenHeard();

}
