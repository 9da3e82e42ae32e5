package io.github.websockethttp2.frame;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * Reads the payload of a frame, in as many parts as it arrives in, and unmasks it (RFC
 * 6455, section 5.3). The memory that it takes grows with what has arrived, whatever
 * length was announced. Confined to the event loop.
 */
final class PayloadReader {

	/**
	 * Up to this length a payload is on the heap, in bytes. For small messages that costs
	 * less than pooled memory, which has to be found, given back, and watched for leaks.
	 * Longer ones may be written to a socket as they are.
	 */
	private static final int HEAP_LIMIT = 4 * 1024;

	private @Nullable ByteBuf payload;

	/**
	 * Reads on.
	 * @param allocator allocates the payload
	 * @param in the bytes
	 * @param length the length of the payload in bytes
	 * @param key the masking key, or 0 for none
	 * @return the payload, which the caller owns, or {@code null} if it is not complete
	 */
	@Nullable ByteBuf read(ByteBufAllocator allocator, ByteBuf in, int length, int key) {
		if (length == 0) {
			return Unpooled.EMPTY_BUFFER;
		}
		int begin = (this.payload != null) ? this.payload.writerIndex() : 0;
		int part = Math.min(in.readableBytes(), length - begin);
		if (part == 0) {
			return null;
		}
		ByteBuf payload = room(allocator, begin + part, length);
		payload.writeBytes(in, part);
		if (key != 0) {
			Mask.apply(payload, begin, part, Integer.rotateLeft(key, Byte.SIZE * (begin % Integer.BYTES)));
		}
		if (payload.writerIndex() < length) {
			return null;
		}
		this.payload = null;
		return payload;
	}

	/**
	 * Makes room, for at most twice what has arrived.
	 */
	private ByteBuf room(ByteBufAllocator allocator, int arrived, int length) {
		ByteBuf payload = this.payload;
		if (payload == null) {
			int capacity = capacity(arrived, length);
			payload = (length <= HEAP_LIMIT) ? new HeapBuffer(capacity) : allocator.buffer(capacity);
			this.payload = payload;
		}
		else if (payload.capacity() < arrived) {
			payload.capacity(capacity(arrived, length));
		}
		return payload;
	}

	private static int capacity(int arrived, int length) {
		return (int) Math.min(length, 2L * arrived);
	}

	/**
	 * Releases the payload of a frame whose rest will not arrive.
	 */
	void release() {
		if (this.payload != null) {
			this.payload.release();
			this.payload = null;
		}
	}

}
