package io.github.websockethttp2.observation;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Calls meter registries and observations on event loops. What the application adds may
 * throw anything, which must not reach the session or the connection that is counted.
 * Thread-safe.
 */
final class GuardedMeters {

	private static final Log logger = LogFactory.getLog(GuardedMeters.class);

	private final AtomicBoolean warned = new AtomicBoolean();

	/**
	 * Makes a call. What it throws is logged, the first time at WARN: clients decide how
	 * often there is something to count.
	 * @param call the call
	 */
	void call(Runnable call) {
		get(() -> {
			call.run();
			return null;
		});
	}

	/**
	 * Makes a call that returns something.
	 * @param call the call
	 * @return what it returns, or {@code null} if it throws
	 */
	<T> @Nullable T get(Supplier<? extends @Nullable T> call) {
		try {
			return call.get();
		}
		catch (Throwable ex) {
			if (this.warned.compareAndSet(false, true)) {
				logger.warn("Meters or observations of WebSocket sessions failed. More of it is logged at DEBUG", ex);
			}
			else {
				logger.debug("Meters or observations of WebSocket sessions failed", ex);
			}
			return null;
		}
	}

}
