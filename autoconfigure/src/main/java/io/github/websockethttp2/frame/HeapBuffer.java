package io.github.websockethttp2.frame;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledHeapByteBuf;

/**
 * A buffer on the heap that is left to the garbage collector. Netty's own counts its
 * memory in a metric that all threads share, which for small messages costs about as much
 * as the array.
 */
public final class HeapBuffer extends UnpooledHeapByteBuf {

	/**
	 * Create an empty buffer.
	 * @param capacity its capacity in bytes, which grows on demand
	 */
	public HeapBuffer(int capacity) {
		super(UnpooledByteBufAllocator.DEFAULT, capacity, Integer.MAX_VALUE);
	}

}
