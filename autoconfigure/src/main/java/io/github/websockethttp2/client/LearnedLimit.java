package io.github.websockethttp2.client;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How many sockets a peer takes on a connection, whatever it announces. A socket that is
 * refused beside others raises a suspicion: whether the connection is full or the whole
 * server turns out when it is tried on another connection. Until then no connection gets
 * more, so that no socket is refused twice for the same reason. What was learned is
 * forgotten after a while: the server may have been full for a moment only. Guarded by
 * the pool.
 */
final class LearnedLimit {

	private final long rememberNanos;

	private final LongSupplier nanoTime;

	private int learned = Integer.MAX_VALUE;

	private long learnedAt;

	private int suspected = Integer.MAX_VALUE;

	/**
	 * Create a limit.
	 * @param remember for how long what was learned holds
	 * @param nanoTime the clock
	 */
	LearnedLimit(Duration remember, LongSupplier nanoTime) {
		this.rememberNanos = remember.toNanos();
		this.nanoTime = nanoTime;
	}

	/**
	 * A connection with so many others has refused a socket.
	 */
	void suspect(int others) {
		this.suspected = Math.max(1, Math.min(this.suspected, others));
	}

	/**
	 * The socket has found room on another connection.
	 */
	void confirm() {
		this.learned = Math.min(this.learned, this.suspected);
		this.learnedAt = this.nanoTime.getAsLong();
	}

	/**
	 * It has not.
	 */
	void refute() {
		this.suspected = Integer.MAX_VALUE;
	}

	/**
	 * Returns whether what was learned is too old to hold.
	 */
	boolean isOver() {
		return this.learned != Integer.MAX_VALUE && this.nanoTime.getAsLong() - this.learnedAt >= this.rememberNanos;
	}

	void forget() {
		this.learned = Integer.MAX_VALUE;
		this.suspected = Integer.MAX_VALUE;
	}

	int get() {
		return Math.min(this.learned, this.suspected);
	}

}
