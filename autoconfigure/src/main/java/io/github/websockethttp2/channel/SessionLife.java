package io.github.websockethttp2.channel;

import io.github.websockethttp2.session.LiveSession;

/**
 * What becomes of a session, for whoever opened it. Called on the session's event loop.
 */
public interface SessionLife {

	/**
	 * The session is open, and its handler is about to be called.
	 * @param session the session
	 */
	void opened(LiveSession session);

	/**
	 * The handler has been called.
	 * @param session the session
	 */
	void started(LiveSession session);

	/**
	 * The session has ended. No call of the application's code is allowed.
	 * @param session the session
	 */
	void ended(LiveSession session);

	/**
	 * The session has ended, and the application may hear of it.
	 * @param session the session
	 */
	void tell(LiveSession session);

	/**
	 * The handler has completed, and the session is closed with 1000 unless it has been
	 * before.
	 */
	void handlerCompleted();

	/**
	 * The handler has thrown what Reactor does not turn into a signal, and the session is
	 * closed with 1011 for it.
	 * @param thrown what it threw
	 */
	default void handlerThrew(Throwable thrown) {
	}

	/**
	 * The handler has failed, and the session ends for it unless it has before.
	 * @param error what the handler ended with
	 * @param open whether the session was open until then
	 */
	void handlerFailed(Throwable error, boolean open);

}
