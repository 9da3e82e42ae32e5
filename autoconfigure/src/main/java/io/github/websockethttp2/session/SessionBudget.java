package io.github.websockethttp2.session;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many sessions there may be at a time. Safe for use from any thread.
 */
public final class SessionBudget {

	private final int limit;

	private final AtomicInteger used = new AtomicInteger();

	/**
	 * Create a budget.
	 * @param limit the number of sessions
	 */
	public SessionBudget(int limit) {
		this.limit = limit;
	}

	boolean tryAcquire() {
		if (this.used.incrementAndGet() <= this.limit) {
			return true;
		}
		this.used.decrementAndGet();
		return false;
	}

	void release() {
		this.used.decrementAndGet();
	}

	/**
	 * Returns how many sessions there are, those that are about to be opened included.
	 * @return the number of permits that are out
	 */
	public int getUsed() {
		return this.used.get();
	}

}
