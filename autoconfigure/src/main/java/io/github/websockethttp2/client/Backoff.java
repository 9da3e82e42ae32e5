package io.github.websockethttp2.client;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * How long to wait after failures in a row: twice as long each time.
 *
 * @param first the wait after the first failure, before jitter
 * @param max the longest wait
 * @param jitter which part of a wait is random, in both directions: 0 for none, 1 for all
 * @param random numbers from 0 to 1
 */
record Backoff(Duration first, Duration max, double jitter, DoubleSupplier random) {

	/**
	 * Returns the wait after a failure.
	 * @param failures how many failures in a row there have been, with this one
	 * @param retryAfter how long the server has said to wait, or zero
	 * @return the wait, at least as long as the server has said
	 */
	Duration after(long failures, Duration retryAfter) {
		double wait = Math.min(this.first.toNanos() * Math.pow(2, failures - 1), this.max.toNanos());
		double spread = wait * this.jitter;
		double longest = Math.min(wait + spread, this.max.toNanos());
		double backoff = between(wait - spread, longest);
		// All who were told the same come at different times
		double told = (!retryAfter.isZero()) ? retryAfter.toNanos() + between(0, spread) : 0;
		return Duration.ofNanos((long) Math.max(backoff, told));
	}

	private double between(double shortest, double longest) {
		return shortest + (longest - shortest) * this.random.getAsDouble();
	}

}
