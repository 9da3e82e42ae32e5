package io.github.websockethttp2.session;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

import org.jspecify.annotations.Nullable;

/**
 * A permit to open a session: a place in the server's budget, and in that of the
 * session's connection. Thread-safe.
 */
public final class SessionPermit {

	private static final AtomicIntegerFieldUpdater<SessionPermit> STATE = AtomicIntegerFieldUpdater
		.newUpdater(SessionPermit.class, "state");

	/** Acquired for a session that may or may not open. */
	private static final int ACQUIRED = 0;

	private static final int CLAIMED = 1;

	private static final int RELEASED = 2;

	private final @Nullable SessionBudget server;

	private final @Nullable SessionBudget connection;

	private volatile int state = ACQUIRED;

	private SessionPermit(@Nullable SessionBudget server, @Nullable SessionBudget connection) {
		this.server = server;
		this.connection = connection;
	}

	/**
	 * Returns a permit that needs no budget, as clients have.
	 * @return a permit
	 */
	public static SessionPermit unlimited() {
		return new SessionPermit(null, null);
	}

	/**
	 * Acquires a place in both budgets, or in none.
	 * @param server the budget of the server
	 * @param connection the budget of the session's connection, if it has one
	 * @return the permit, or {@code null} if one of the budgets is exhausted
	 */
	public static @Nullable SessionPermit tryAcquire(SessionBudget server, @Nullable SessionBudget connection) {
		if (!server.tryAcquire()) {
			return null;
		}
		if (connection != null && !connection.tryAcquire()) {
			server.release();
			return null;
		}
		return new SessionPermit(server, connection);
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
		if (this.server != null) {
			this.server.release();
		}
		if (this.connection != null) {
			this.connection.release();
		}
	}

}
