package io.github.websockethttp2.testsupport;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Bytes that have arrived and not been read.
 */
final class ByteQueue {

	private final Deque<byte[]> chunks = new ArrayDeque<>();

	private int offset;

	private int size;

	int size() {
		return this.size;
	}

	void add(byte[] bytes) {
		if (bytes.length > 0) {
			this.chunks.add(bytes);
			this.size += bytes.length;
		}
	}

	byte[] take(int length) {
		byte[] taken = new byte[length];
		int count = 0;
		while (count < length) {
			byte[] chunk = this.chunks.element();
			int part = Math.min(length - count, chunk.length - this.offset);
			System.arraycopy(chunk, this.offset, taken, count, part);
			count += part;
			this.offset += part;
			if (this.offset == chunk.length) {
				this.chunks.remove();
				this.offset = 0;
			}
		}
		this.size -= length;
		return taken;
	}

}
