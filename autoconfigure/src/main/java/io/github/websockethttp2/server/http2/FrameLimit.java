package io.github.websockethttp2.server.http2;

import java.util.concurrent.TimeUnit;

/**
 * Limits how many frames of a kind a peer may send within a period. Not thread-safe.
 */
final class FrameLimit {

	private final int max;

	private final long windowNanos;

	private int count;

	private long windowStart;

	/**
	 * Create a limit. If an argument is 0, there is no limit.
	 * @param max the maximum number of frames
	 * @param windowSeconds the period in seconds
	 */
	FrameLimit(int max, int windowSeconds) {
		this.max = (max > 0 && windowSeconds > 0) ? max : Integer.MAX_VALUE;
		this.windowNanos = TimeUnit.SECONDS.toNanos(windowSeconds);
	}

	/**
	 * Counts a frame.
	 * @return whether it exceeds the limit
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
