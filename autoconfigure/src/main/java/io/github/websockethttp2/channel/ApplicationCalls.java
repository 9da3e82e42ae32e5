package io.github.websockethttp2.channel;

/**
 * Calls of the application's code, which may throw whatever it likes: Reactor's operators
 * pass on most of that as a signal, but throw what they take for fatal, such as that a
 * class is missing. It must stop neither the session's own work nor the next call.
 */
@FunctionalInterface
interface ApplicationCalls {

	/**
	 * The application has made a mistake.
	 * @param thrown what it threw
	 */
	void threw(Throwable thrown);

	/**
	 * Makes a call.
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
