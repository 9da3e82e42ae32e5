package io.github.websockethttp2.frame;

import java.util.ArrayDeque;
import java.util.Deque;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that wait to be read, copied together so that they cost their own size and not
 * that of the frames and read buffers they came in. They wait in chunks, each of which
 * goes with whoever takes it: one buffer that is read at its front while it grows at its
 * end would have to keep what has been read, or move what has not, again and again.
 */
public final class HeldBytes {

	/** What is taken at a time, at most. */
	static final int CHUNK = 8 * 1024;

	private @Nullable Deque<ByteBuf> chunks;

	private int size;

	/**
	 * Returns how much is held.
	 * @return the number of bytes
	 */
	public int size() {
		return this.size;
	}

	/**
	 * Returns whether nothing is held.
	 * @return whether there are no bytes
	 */
	public boolean isEmpty() {
		return this.size == 0;
	}

	/**
	 * Adds bytes at the end.
	 * @param allocator allocates the room for them
	 * @param more the bytes, whose ownership passes to this object
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
	 * What has been held before, as until a handshake was decided, need not be copied
	 * again.
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
	 * @param allocator allocates the room where they are more than a chunk
	 * @return the bytes, which the caller owns and which may be none
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
	 * Drops what is held.
	 */
	public void release() {
		for (ByteBuf chunk = take(); chunk != null; chunk = take()) {
			chunk.release();
		}
	}

}
