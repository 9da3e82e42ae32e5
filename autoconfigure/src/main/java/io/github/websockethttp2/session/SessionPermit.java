package io.github.websockethttp2.session;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

import org.jspecify.annotations.Nullable;

/**
 * A place in every budget that a session counts against. Safe for use from any thread.
 */
public final class SessionPermit {

	private static final AtomicIntegerFieldUpdater<SessionPermit> STATE = AtomicIntegerFieldUpdater
		.newUpdater(SessionPermit.class, "state");

	/** Taken for a session that may or may not be opened. */
	private static final int ACQUIRED = 0;

	private static final int CLAIMED = 1;

	private static final int RELEASED = 2;

	private final SessionBudget[] budgets;

	private volatile int state = ACQUIRED;

	private SessionPermit(SessionBudget[] budgets) {
		this.budgets = budgets;
	}

	/**
	 * Takes a place in all budgets, or in none.
	 * @param budgets the budgets
	 * @return the permit, or {@code null} if one of the budgets is used up
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
	 * Makes the permit the session's, as the session opens.
	 * @return whether there is still a place, or {@code false} if it has been given back
	 */
	public boolean claim() {
		return STATE.compareAndSet(this, ACQUIRED, CLAIMED);
	}

	/**
	 * Gives the places back if no session has claimed them: the handshake has failed.
	 */
	public void abandon() {
		if (STATE.compareAndSet(this, ACQUIRED, RELEASED)) {
			releaseAll();
		}
	}

	/**
	 * Gives the places back, claimed or not. Further calls have no effect.
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
