package io.github.websockethttp2.benchmarks.load;

import java.util.ArrayDeque;
import java.util.Queue;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * A stream of a {@link LoadConnection}: what waits to be sent on it, and what is done
 * with what comes.
 */
abstract class LoadStream {

	final int id;

	/** Bytes that the server will still take. */
	int sendWindow;

	/** Bytes that have come since the server last heard of it. */
	int consumed;

	boolean scheduled;

	private @Nullable Queue<byte[]> waiting;

	private int offset;

	LoadStream(int id) {
		this.id = id;
	}

	abstract void headers(byte[] block, boolean end);

	abstract void data(ByteBuf in, int count);

	/**
	 * The server has ended its side, reset the stream, or the connection is gone.
	 * @param reset whether it was no regular end
	 */
	abstract void ended(boolean reset);

	final void add(byte[] frame) {
		Queue<byte[]> waiting = this.waiting;
		if (waiting == null) {
			waiting = new ArrayDeque<>(4);
			this.waiting = waiting;
		}
		waiting.add(frame);
	}

	final boolean isWaiting() {
		return this.waiting != null && !this.waiting.isEmpty();
	}

	/**
	 * Takes from what waits, never of two frames at a time.
	 * @param limit how many bytes at most
	 * @param chunks takes the bytes
	 * @return how many bytes were taken
	 */
	final int take(int limit, Chunks chunks) {
		Queue<byte[]> waiting = this.waiting;
		byte[] frame = (waiting != null) ? waiting.peek() : null;
		if (waiting == null || frame == null) {
			return 0;
		}
		int count = Math.min(limit, frame.length - this.offset);
		chunks.take(frame, this.offset, count);
		this.offset += count;
		if (this.offset == frame.length) {
			this.offset = 0;
			waiting.remove();
		}
		return count;
	}

	/**
	 * Takes bytes that are sent.
	 */
	interface Chunks {

		void take(byte[] frame, int offset, int count);

	}

}
