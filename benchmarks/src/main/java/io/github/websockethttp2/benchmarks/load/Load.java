package io.github.websockethttp2.benchmarks.load;

import org.HdrHistogram.Histogram;

/**
 * What is done on every session, again and again, until it is stopped. Counters belong to
 * the event loop.
 */
public abstract class Load implements LoadListener {

	private static final long LONGEST_NANOS = 60_000_000_000L;

	private final Histogram delays = new Histogram(LONGEST_NANOS, 2);

	private boolean running;

	private long messages;

	private long unanswered;

	/**
	 * Begins or goes on, on one session.
	 * @param session the session
	 */
	protected abstract void begin(LoadSession session);

	/**
	 * Begins or goes on.
	 * @param sessions the sessions
	 */
	public final void start(LoadSessions sessions) {
		sessions.call(() -> this.running = true);
		sessions.forEach(this::begin);
	}

	/**
	 * Stops, and waits until everything is answered.
	 * @param sessions the sessions
	 */
	public final void stop(LoadSessions sessions) {
		sessions.call(() -> this.running = false);
		long deadline = System.nanoTime() + LONGEST_NANOS;
		while (sessions.call(() -> this.unanswered) > 0) {
			if (System.nanoTime() > deadline) {
				throw new LoadException("There are messages that were not answered");
			}
			sleep(2);
		}
	}

	/**
	 * Returns what was counted since the last time.
	 * @return the counts, to be called on the event loop
	 */
	public final Counts takeCounts() {
		Counts counts = new Counts(System.nanoTime(), this.messages, this.delays.getValueAtPercentile(50) / 1e3,
				this.delays.getValueAtPercentile(99) / 1e3);
		this.messages = 0;
		this.delays.reset();
		return counts;
	}

	@Override
	public void opened(LoadSession session) {
	}

	@Override
	public void closed(LoadSession session, int status) {
		if (status != 1000) {
			throw new LoadException("A session was closed with status " + status);
		}
	}

	protected final boolean isRunning() {
		return this.running;
	}

	protected final void asked() {
		this.unanswered++;
	}

	protected final void answered() {
		this.unanswered--;
	}

	protected final void counted() {
		this.messages++;
	}

	protected final void delayed(long since) {
		this.delays.recordValue(Math.min(LONGEST_NANOS, Math.max(0, System.nanoTime() - since)));
	}

	static void check(boolean condition, String message) {
		if (!condition) {
			throw new LoadException(message);
		}
	}

	private static void sleep(long millis) {
		try {
			Thread.sleep(millis);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new LoadException("Interrupted", ex);
		}
	}

	/**
	 * What happened in some time.
	 *
	 * @param nanoTime when it was counted
	 * @param messages how many messages came
	 * @param median the median delay in microseconds
	 * @param tail the 99th percentile of the delay in microseconds
	 */
	public record Counts(long nanoTime, long messages, double median, double tail) {
	}

}
