package io.github.websockethttp2.channel;

/**
 * Is told when a session ends. Called once, on the session's event loop.
 */
interface SessionEndListener {

	/**
	 * Gives back what the session had, without a call of the application's code.
	 */
	void settle();

	/**
	 * Lets the application know.
	 */
	void tell();

}
