package io.github.websockethttp2.channel;

/**
 * Calls the application's code, which may throw anything. Reactor's operators turn most
 * exceptions into a signal but rethrow those that they consider fatal, such as a missing
 * class. An exception must stop neither the session's own work nor the next call.
 */
@FunctionalInterface
interface ApplicationCalls {

	/**
	 * Called when the application's code has thrown.
	 * @param thrown what it has thrown
	 */
	void threw(Throwable thrown);

	/**
	 * Makes a call, and reports what it throws.
	 * @param call the call
	 */
	default void call(Runnable call) {
		try {
			call.run();
		}
		catch (Throwable ex) {
			threw(ex);
		}
	}

}
