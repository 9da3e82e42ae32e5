package io.github.websockethttp2.server.http2;

import java.util.concurrent.TimeUnit;

/**
 * How many frames of a kind a peer may send within a window of time. Not thread-safe.
 */
final class FrameLimit {

	private final int max;

	private final long windowNanos;

	private int count;

	private long windowStart;

	/**
	 * Create a limit, or, where one of the two is 0, none.
	 * @param max how many frames there may be
	 * @param windowSeconds within how many seconds
	 */
	FrameLimit(int max, int windowSeconds) {
		this.max = (max > 0 && windowSeconds > 0) ? max : Integer.MAX_VALUE;
		this.windowNanos = TimeUnit.SECONDS.toNanos(windowSeconds);
	}

	/**
	 * Counts a frame.
	 * @return whether it is one too many
	 */
	boolean isExceeded() {
		long now = System.nanoTime();
		if (this.count == 0 || now - this.windowStart >= this.windowNanos) {
			this.windowStart = now;
			this.count = 0;
		}
		if (this.count <= this.max) {
			this.count++;
		}
		return this.count > this.max;
	}

	void reset() {
		this.count = 0;
	}

}
