package io.github.websockethttp2.frame;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * Where the bytes of frames go: the memory that suits it, and whether they wait for the
 * peer. While there are enough that do, further frames should not be written yet but be
 * collected with those that follow.
 */
public interface ByteOutput {

	/**
	 * Allocates memory for bytes that are going to be written.
	 * @param allocator the channel's allocator
	 * @param capacity the capacity in bytes
	 * @return a buffer, which the caller owns
	 */
	ByteBuf allocate(ByteBufAllocator allocator, int capacity);

	/**
	 * Returns whether bytes are copied anyway, into a buffer with those of others.
	 * @param length how many
	 * @return whether it does not pay to collect them before
	 */
	boolean copies(int length);

	/**
	 * Returns whether bytes that are written now would only wait for the peer.
	 * @return whether to write later
	 */
	boolean isHoldingBack();

	/**
	 * Flushes the channel as soon as some of what waits has been written.
	 */
	void flushWhenWritten();

}
