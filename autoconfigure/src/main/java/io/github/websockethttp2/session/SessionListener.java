package io.github.websockethttp2.session;

/**
 * Listens to every session of the server, for code that must not miss any: what guards
 * sessions and what counts them. Called on the session's event loop, for several sessions
 * at the same time. Must not block. An exception is logged and does not affect other
 * listeners.
 *
 * @see SessionRegistry#addListener(SessionListener)
 */
public interface SessionListener {

	/**
	 * A session has opened. Its handler has not been called yet.
	 * @param session the session
	 */
	void opened(LiveSession session);

	/**
	 * A session has ended. Its handler has not been told yet.
	 * @param session the session
	 */
	void ended(LiveSession session);

}
