package io.github.websockethttp2.channel;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import io.netty.channel.EventLoop;

/**
 * The sessions of one event loop with bytes that wait for their peers. They are looked at
 * in rounds: one timer for all of them, and none while there are none. Confined to the
 * event loop.
 */
final class WaitingSessions implements Runnable {

	/** The time between two rounds, unless sessions count as slow sooner. */
	private static final Duration INTERVAL = Duration.ofSeconds(1);

	/** A session that becomes slow is noticed within this part of the time. */
	private static final int LOOKS_UNTIL_SLOW = 4;

	/** How many sessions are looked at before others have their turn. */
	private static final int MAX_AT_A_TIME = 1_000;

	private final EventLoop eventLoop;

	private final long slowAfter;

	private final long interval;

	private final LongSupplier nanoTime;

	private Queue<Watched> sessions = new ArrayDeque<>();

	private boolean running;

	private int round;

	/** How many sessions are left in this round. */
	private int left;

	/**
	 * Create the sessions of an event loop.
	 * @param eventLoop the event loop
	 * @param slowAfter how long bytes may wait before their session counts as slow, or
	 * zero for any time
	 * @param nanoTime the clock
	 */
	WaitingSessions(EventLoop eventLoop, Duration slowAfter, LongSupplier nanoTime) {
		this.eventLoop = eventLoop;
		this.nanoTime = nanoTime;
		this.slowAfter = (!slowAfter.isZero()) ? slowAfter.toNanos() : Long.MAX_VALUE;
		this.interval = Math.min(INTERVAL.toNanos(), this.slowAfter / LOOKS_UNTIL_SLOW);
	}

	/**
	 * Looks at a session from now on, until nothing waits in it.
	 */
	void add(Watched session) {
		this.sessions.add(session);
		if (!this.running) {
			this.running = true;
			schedule();
		}
	}

	private void schedule() {
		this.eventLoop.schedule(this, this.interval, TimeUnit.NANOSECONDS);
	}

	@Override
	public void run() {
		if (this.left == 0) {
			this.round++;
			this.left = this.sessions.size();
		}
		for (int i = Math.min(this.left, MAX_AT_A_TIME); i > 0; i--) {
			this.left--;
			Watched session = this.sessions.remove();
			if (session.look()) {
				this.sessions.add(session);
			}
		}
		if (this.left > 0) {
			this.eventLoop.execute(this);
		}
		else if (!this.sessions.isEmpty()) {
			schedule();
		}
		else {
			this.running = false;
			// It may have been big
			this.sessions = new ArrayDeque<>();
		}
	}

	long nanoTime() {
		return this.nanoTime.getAsLong();
	}

	long slowAfter() {
		return this.slowAfter;
	}

	long interval() {
		return this.interval;
	}

	/**
	 * Returns the number of the present round.
	 */
	int round() {
		return this.round;
	}

	/**
	 * A session with bytes that wait.
	 */
	interface Watched {

		/**
		 * Looks whether bytes still wait.
		 * @return {@code false} if none do, and the session need not be looked at again
		 */
		boolean look();

	}

}
