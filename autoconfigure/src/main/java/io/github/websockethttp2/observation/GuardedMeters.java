package io.github.websockethttp2.observation;

import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Calls meter registries on event loops. A registry or a filter of the application may
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
		try {
			call.run();
		}
		catch (Throwable ex) {
			if (this.warned.compareAndSet(false, true)) {
				logger.warn("Meters of WebSocket sessions failed. More of it is logged at DEBUG", ex);
			}
			else {
				logger.debug("Meters of WebSocket sessions failed", ex);
			}
		}
	}

}
