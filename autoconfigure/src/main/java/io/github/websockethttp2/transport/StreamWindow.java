package io.github.websockethttp2.transport;

import java.util.concurrent.TimeUnit;

/**
 * The window of a stream for receiving, which grows for a sender that it holds up: one
 * that fills the whole window in a short time, with a session that never lets bytes wait.
 * Confined to the event loop.
 */
final class StreamWindow {

	/** A sender that takes longer for a window is not held up by it: nanoseconds. */
	private static final long GROWTH_INTERVAL = TimeUnit.MILLISECONDS.toNanos(500);

	private final StreamConnection connection;

	private int borrowed;

	private int keptUp;

	private long keptUpSince;

	StreamWindow(StreamConnection connection) {
		this.connection = connection;
	}

	/**
	 * Bytes went to the session as they came.
	 * @param streamId the stream that they came on
	 * @param bytes how many
	 */
	void keptUp(int streamId, int bytes) {
		if (this.keptUp == 0) {
			this.keptUpSince = System.nanoTime();
		}
		this.keptUp += bytes;
		if (this.keptUp >= this.connection.initialWindowSize() + this.borrowed) {
			this.keptUp = 0;
			if (System.nanoTime() - this.keptUpSince < GROWTH_INTERVAL) {
				this.borrowed += this.connection.windowPool().grow(streamId);
			}
		}
	}

	/**
	 * Bytes have to wait for the session.
	 */
	void fellBehind() {
		this.keptUp = 0;
	}

	/**
	 * The stream is closed.
	 */
	void giveBack() {
		this.connection.windowPool().giveBack(this.borrowed);
		this.borrowed = 0;
	}

}
