package io.github.websockethttp2.frame;

import java.util.ArrayDeque;
import java.util.Deque;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that wait to be read, copied together so that they cost their own size and not
 * that of the frames and read buffers in which they arrived. They wait in chunks, and
 * whoever takes a chunk owns it. A single buffer, read at its front while it grows at its
 * end, would have to keep the bytes that were read or to move the others again and again.
 */
public final class HeldBytes {

	/** The most that is taken at a time, in bytes. */
	static final int CHUNK = 8 * 1024;

	private @Nullable Deque<ByteBuf> chunks;

	private int size;

	/**
	 * Returns how many bytes are held.
	 * @return the number of bytes
	 */
	public int size() {
		return this.size;
	}

	/**
	 * Returns whether no bytes are held.
	 * @return whether the size is 0
	 */
	public boolean isEmpty() {
		return this.size == 0;
	}

	/**
	 * Adds bytes at the end.
	 * @param allocator allocates the chunks
	 * @param more the bytes, which this object then owns
	 */
	public void add(ByteBufAllocator allocator, ByteBuf more) {
		if (isChunk(more)) {
			chunks().add(more);
			this.size += more.readableBytes();
			return;
		}
		try {
			while (more.isReadable()) {
				ByteBuf chunk = lastChunk(allocator, more.readableBytes());
				int length = Math.min(more.readableBytes(), chunk.maxWritableBytes());
				chunk.writeBytes(more, length);
				this.size += length;
			}
		}
		finally {
			more.release();
		}
	}

	/**
	 * Returns whether the bytes are already a chunk, as those held until a handshake was
	 * decided are, and need not be copied again.
	 */
	private static boolean isChunk(ByteBuf bytes) {
		return bytes.unwrap() == null && bytes.maxCapacity() == CHUNK && bytes.isReadable();
	}

	private ByteBuf lastChunk(ByteBufAllocator allocator, int length) {
		ByteBuf last = chunks().peekLast();
		if (last == null || last.maxWritableBytes() == 0) {
			last = allocator.buffer(Math.min(length, CHUNK), CHUNK);
			chunks().add(last);
		}
		return last;
	}

	private Deque<ByteBuf> chunks() {
		Deque<ByteBuf> chunks = this.chunks;
		if (chunks == null) {
			chunks = new ArrayDeque<>(2);
			this.chunks = chunks;
		}
		return chunks;
	}

	/**
	 * Takes the bytes at the front.
	 * @return up to {@link #CHUNK} bytes, which the caller owns, or {@code null} if there
	 * are none
	 */
	public @Nullable ByteBuf take() {
		Deque<ByteBuf> chunks = this.chunks;
		if (chunks == null) {
			return null;
		}
		ByteBuf first = chunks.remove();
		this.size -= first.readableBytes();
		if (chunks.isEmpty()) {
			this.chunks = null;
		}
		return first;
	}

	/**
	 * Takes all bytes.
	 * @param allocator allocates the buffer if there is more than one chunk
	 * @return the bytes, possibly none, which the caller owns
	 */
	public ByteBuf takeAll(ByteBufAllocator allocator) {
		int size = this.size;
		ByteBuf first = take();
		if (first == null) {
			return Unpooled.EMPTY_BUFFER;
		}
		if (isEmpty()) {
			return first;
		}
		ByteBuf all = allocator.buffer(size);
		for (ByteBuf chunk = first; chunk != null; chunk = take()) {
			all.writeBytes(chunk);
			chunk.release();
		}
		return all;
	}

	/**
	 * Releases all bytes.
	 */
	public void release() {
		for (ByteBuf chunk = take(); chunk != null; chunk = take()) {
			chunk.release();
		}
	}

}
