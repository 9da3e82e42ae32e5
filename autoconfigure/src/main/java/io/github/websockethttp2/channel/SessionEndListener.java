package io.github.websockethttp2.channel;

/**
 * Called once when a session ends, on the session's event loop.
 */
interface SessionEndListener {

	/**
	 * Releases what the session held. Must not call the application's code.
	 */
	void settle();

	/**
	 * Tells the application.
	 */
	void tell();

}
