package io.github.websockethttp2.topics.redis;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * The thread on which subscribers get signals, so that one that takes its time does not
 * keep the connection's thread from reading. Thread-safe.
 */
final class SignalThread {

	private static final Log logger = LogFactory.getLog(SignalThread.class);

	/** So many messages may wait. */
	static final int LIMIT = 10_000;

	private final AtomicInteger waiting = new AtomicInteger();

	private final ExecutorService thread = Executors.newSingleThreadExecutor((task) -> {
		Thread thread = new Thread(task, "websocket-topics-signals");
		thread.setDaemon(true);
		return thread;
	});

	/**
	 * Runs a task for a message, unless too many wait.
	 * @return {@code false} if too many wait
	 */
	boolean tryExecute(Runnable task) {
		if (this.waiting.incrementAndGet() > LIMIT) {
			this.waiting.decrementAndGet();
			return false;
		}
		execute(() -> {
			this.waiting.decrementAndGet();
			task.run();
		});
		return true;
	}

	/**
	 * Runs a task behind those before.
	 */
	void execute(Runnable task) {
		try {
			this.thread.execute(() -> {
				try {
					task.run();
				}
				catch (RuntimeException ex) {
					logger.warn("A subscriber to a topic threw", ex);
				}
			});
		}
		catch (RejectedExecutionException ex) {
			logger.debug("Topics are closed");
		}
	}

	void close() {
		this.thread.shutdownNow();
	}

}
