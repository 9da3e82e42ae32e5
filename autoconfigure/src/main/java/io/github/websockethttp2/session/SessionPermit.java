package io.github.websockethttp2.session;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

import org.jspecify.annotations.Nullable;

/**
 * A place in every budget that a session counts against. Safe for use from any thread.
 */
public final class SessionPermit {

	private static final AtomicIntegerFieldUpdater<SessionPermit> RELEASED = AtomicIntegerFieldUpdater
		.newUpdater(SessionPermit.class, "released");

	private final SessionBudget[] budgets;

	private volatile int released;

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
	 * Gives the places back. Further calls have no effect.
	 */
	public void release() {
		if (RELEASED.compareAndSet(this, 0, 1)) {
			for (SessionBudget budget : this.budgets) {
				budget.release();
			}
		}
	}

}
