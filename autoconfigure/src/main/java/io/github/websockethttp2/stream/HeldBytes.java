package io.github.websockethttp2.stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.ByteToMessageDecoder;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that wait to be read, copied together so that they cost their own size and not
 * that of the frames and read buffers they came in.
 */
final class HeldBytes {

	private @Nullable ByteBuf bytes;

	int size() {
		return (this.bytes != null) ? this.bytes.readableBytes() : 0;
	}

	boolean isEmpty() {
		return this.bytes == null;
	}

	/**
	 * Adds bytes at the end.
	 * @param allocator allocates the room for them
	 * @param more the bytes, whose ownership passes to this object
	 */
	void add(ByteBufAllocator allocator, ByteBuf more) {
		if (!more.isReadable()) {
			more.release();
		}
		else if (this.bytes == null) {
			this.bytes = more;
		}
		else {
			this.bytes = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(allocator, this.bytes, more);
		}
	}

	/**
	 * Takes bytes from the front.
	 * @param limit how many at most
	 * @return the bytes, which the caller owns, or {@code null} if there are none
	 */
	@Nullable ByteBuf take(int limit) {
		ByteBuf bytes = this.bytes;
		if (bytes == null || bytes.readableBytes() <= limit) {
			this.bytes = null;
			return bytes;
		}
		return bytes.readRetainedSlice(limit);
	}

	@Nullable ByteBuf takeAll() {
		return take(Integer.MAX_VALUE);
	}

	void release() {
		if (this.bytes != null) {
			this.bytes.release();
			this.bytes = null;
		}
	}

}
