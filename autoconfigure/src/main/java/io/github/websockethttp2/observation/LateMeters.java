package io.github.websockethttp2.observation;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Registers meters on event loops, when there is something to count. A registry or a
 * filter of the application may throw then, which must not reach the session or the
 * connection that is counted: it goes on without that meter, and is not asked again.
 */
final class LateMeters {

	private static final Log logger = LogFactory.getLog(LateMeters.class);

	private LateMeters() {
	}

	/**
	 * Registers meters.
	 * @param registration registers them
	 */
	static void register(Runnable registration) {
		try {
			registration.run();
		}
		catch (Throwable ex) {
			logger.warn("Meters of WebSocket sessions could not be registered", ex);
		}
	}

}
