package io.github.websockethttp2.channel;

import org.jspecify.annotations.Nullable;

/**
 * Called when a session ends, and before that when it becomes slow, on the session's
 * event loop.
 */
interface SessionEndListener {

	/**
	 * Returns what finds slow sessions.
	 * @return the sessions of the server, or {@code null} if nobody wants to know
	 */
	@Nullable SlowSessions slowSessions();

	/**
	 * The session has become slow, or is no longer.
	 * @param slow whether it is now
	 */
	void slow(boolean slow);

	/**
	 * Releases what the session held. Must not call the application's code.
	 */
	void settle();

	/**
	 * Tells the application.
	 */
	void tell();

}
