package io.github.websockethttp2.session;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Limits how many sessions there may be at a time. Thread-safe.
 */
public final class SessionBudget {

	private final int limit;

	private final AtomicInteger used = new AtomicInteger();

	/**
	 * Create a budget.
	 * @param limit the maximum number of sessions
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
	 * Returns how many sessions there are, including those that are about to open.
	 * @return the number of permits in use
	 */
	public int getUsed() {
		return this.used.get();
	}

}
