package io.github.websockethttp2.session;

import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;

/**
 * A place in every budget that a session counts against. Safe for use from any thread.
 */
public final class SessionPermit {

	private final SessionBudget[] budgets;

	private final AtomicBoolean released = new AtomicBoolean();

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
		if (this.released.compareAndSet(false, true)) {
			for (SessionBudget budget : this.budgets) {
				budget.release();
			}
		}
	}

}
