package io.github.websockethttp2.session;

/**
 * Hears of every session of the server, for what must not depend on who else does: what
 * guards sessions and what counts them. Called on the event loop of the session, for
 * several sessions at the same time; must not block. An exception is logged, and keeps
 * nobody else from hearing.
 *
 * @see SessionRegistry#addListener(SessionListener)
 */
public interface SessionListener {

	/**
	 * A session is open, and its handler has not been called yet.
	 * @param session the session
	 */
	void opened(LiveSession session);

	/**
	 * A session has ended. Its handler has not been told yet.
	 * @param session the session
	 */
	void closed(LiveSession session);

}
