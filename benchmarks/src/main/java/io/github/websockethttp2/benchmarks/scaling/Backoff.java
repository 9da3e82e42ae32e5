package io.github.websockethttp2.benchmarks.scaling;

import java.util.function.DoubleSupplier;

/**
 * How long a client waits that has lost its socket, in seconds: what
 * {@code ReconnectingWebSocketClient} does, whose own class is not public. A test keeps
 * both equal.
 *
 * @param first the wait after the first failure, before jitter
 * @param max the longest wait
 * @param jitter which part of a wait is random, in both directions
 */
public record Backoff(double first, double max, double jitter) {

	/** The client's defaults. */
	public static final Backoff DEFAULT = new Backoff(1, 30, 0.5);

	/**
	 * Returns the wait after a failure.
	 * @param failures how many failures in a row there have been, with this one
	 * @param retryAfter how long the server has said to wait, or zero
	 * @param random numbers from 0 to 1
	 * @return the wait
	 */
	public double after(int failures, double retryAfter, DoubleSupplier random) {
		double wait = Math.min(this.first * Math.pow(2, failures - 1), this.max);
		double spread = wait * this.jitter;
		double shortest = wait - spread;
		double backoff = shortest + (Math.min(wait + spread, this.max) - shortest) * random.getAsDouble();
		double told = (retryAfter > 0) ? retryAfter + spread * random.getAsDouble() : 0;
		return Math.max(backoff, told);
	}

}
