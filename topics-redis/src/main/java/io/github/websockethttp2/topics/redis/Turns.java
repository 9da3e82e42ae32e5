package io.github.websockethttp2.topics.redis;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

/**
 * Lets only so many do something at a time. The others wait, in the order in which they
 * came. Thread-safe.
 */
final class Turns {

	private final Executor executor;

	/** Guarded by this object, like the next field. */
	private final Queue<Runnable> waiting = new ArrayDeque<>();

	private int free;

	/**
	 * Create an instance.
	 * @param count how many do something at a time
	 * @param executor runs those that had to wait
	 */
	Turns(int count, Executor executor) {
		this.free = count;
		this.executor = executor;
	}

	/**
	 * Runs a task when it is its turn, which lasts until {@link #end()}.
	 */
	void begin(Runnable task) {
		synchronized (this) {
			if (this.free == 0) {
				this.waiting.add(task);
				return;
			}
			this.free--;
		}
		task.run();
	}

	/**
	 * A turn is over.
	 */
	void end() {
		Runnable next;
		synchronized (this) {
			next = this.waiting.poll();
			if (next == null) {
				this.free++;
				return;
			}
		}
		this.executor.execute(next);
	}

}
