package io.github.websockethttp2.transport;

import java.util.concurrent.TimeUnit;

/**
 * The receive window of a stream. It grows for a sender that it slows down: one that
 * fills the whole window in a short time while the session never lets bytes wait.
 * Confined to the event loop.
 */
final class StreamWindow {

	/**
	 * A sender that takes longer than this to fill the window is not slowed down by it,
	 * in nanoseconds.
	 */
	private static final long GROWTH_INTERVAL = TimeUnit.MILLISECONDS.toNanos(500);

	private final InboundWindows windows;

	private int borrowed;

	private int keptUp;

	private long keptUpSince;

	StreamWindow(InboundWindows windows) {
		this.windows = windows;
	}

	/**
	 * Bytes have gone to the session as they arrived.
	 * @param streamId the stream that they arrived on
	 * @param bytes how many
	 */
	void keptUp(int streamId, int bytes) {
		if (this.keptUp == 0) {
			this.keptUpSince = System.nanoTime();
		}
		this.keptUp += bytes;
		if (this.keptUp >= this.windows.initialSize() + this.borrowed) {
			this.keptUp = 0;
			if (System.nanoTime() - this.keptUpSince < GROWTH_INTERVAL) {
				this.borrowed += this.windows.pool().grow(streamId);
			}
		}
	}

	/**
	 * Bytes had to wait for the session.
	 */
	void fellBehind() {
		this.keptUp = 0;
	}

	/**
	 * The stream is closed.
	 */
	void giveBack() {
		this.windows.pool().giveBack(this.borrowed);
		this.borrowed = 0;
	}

}
