package io.github.websockethttp2.client;

import java.util.concurrent.atomic.AtomicReference;

/**
 * What is under way for a socket that is not open yet: one thing after the other, each of
 * which can be abandoned. When it is over, nothing more begins. Safe for use from any
 * thread.
 */
final class PendingWork {

	private static final Runnable OVER = () -> {
	};

	private final AtomicReference<Runnable> abandon = new AtomicReference<>(() -> {
	});

	/**
	 * Something else is under way from now on.
	 * @param abandon abandons it; runs at once if the work is over
	 * @return whether it may begin
	 */
	boolean next(Runnable abandon) {
		Runnable before = this.abandon.getAndUpdate((current) -> (current != OVER) ? abandon : OVER);
		if (before == OVER) {
			abandon.run();
		}
		return before != OVER;
	}

	/**
	 * Returns whether the work is done or abandoned.
	 */
	boolean isOver() {
		return this.abandon.get() == OVER;
	}

	/**
	 * Ends the work, as it is done.
	 * @return {@code false} if it was over before
	 */
	boolean complete() {
		return this.abandon.getAndSet(OVER) != OVER;
	}

	/**
	 * Ends the work, and abandons what is under way.
	 * @return {@code false} if it was over before
	 */
	boolean abandon() {
		Runnable abandon = this.abandon.getAndSet(OVER);
		abandon.run();
		return abandon != OVER;
	}

}
