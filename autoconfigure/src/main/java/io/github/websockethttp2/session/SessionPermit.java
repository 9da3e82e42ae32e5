package io.github.websockethttp2.session;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

import org.jspecify.annotations.Nullable;

/**
 * A permit to open a session: a place in every budget that the session counts against.
 * Thread-safe.
 */
public final class SessionPermit {

	private static final AtomicIntegerFieldUpdater<SessionPermit> STATE = AtomicIntegerFieldUpdater
		.newUpdater(SessionPermit.class, "state");

	/** Acquired for a session that may or may not open. */
	private static final int ACQUIRED = 0;

	private static final int CLAIMED = 1;

	private static final int RELEASED = 2;

	private final SessionBudget[] budgets;

	private volatile int state = ACQUIRED;

	private SessionPermit(SessionBudget[] budgets) {
		this.budgets = budgets;
	}

	/**
	 * Acquires a place in all budgets, or in none.
	 * @param budgets the budgets
	 * @return the permit, or {@code null} if one of the budgets is exhausted
	 */
	public static @Nullable SessionPermit tryAcquire(SessionBudget... budgets) {
		for (int i = 0; i < budgets.length; i++) {
			if (!budgets[i].tryAcquire()) {
				for (int j = 0; j < i; j++) {
					budgets[j].release();
				}
				return null;
			}
		}
		return new SessionPermit(budgets);
	}

	/**
	 * Claims the permit for the session that opens.
	 * @return {@code false} if the permit has already been released
	 */
	public boolean claim() {
		return STATE.compareAndSet(this, ACQUIRED, CLAIMED);
	}

	/**
	 * Releases the permit if no session has claimed it, since the handshake has failed.
	 */
	public void releaseUnclaimed() {
		if (STATE.compareAndSet(this, ACQUIRED, RELEASED)) {
			releaseAll();
		}
	}

	/**
	 * Releases the permit, claimed or not. Further calls have no effect.
	 */
	public void release() {
		if (STATE.getAndSet(this, RELEASED) != RELEASED) {
			releaseAll();
		}
	}

	private void releaseAll() {
		for (SessionBudget budget : this.budgets) {
			budget.release();
		}
	}

}
