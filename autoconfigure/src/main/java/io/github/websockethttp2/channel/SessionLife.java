package io.github.websockethttp2.channel;

import io.github.websockethttp2.session.LiveSession;
import io.github.websockethttp2.session.SessionTraffic;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;

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
	 * Returns what counts a session's messages. Called once, when it has opened.
	 * @param session the session
	 * @param eventLoop the event loop that runs it
	 * @return the counters, or {@code null} if nobody wants to know
	 */
	@Nullable SessionTraffic traffic(LiveSession session, EventLoop eventLoop);

	/**
	 * Returns what finds slow sessions.
	 * @return the sessions of the server, or {@code null} if nobody wants to know
	 */
	@Nullable SlowSessions slowSessions();

	/**
	 * The session has become slow, or is no longer.
	 * @param session the session
	 * @param slow whether it is now
	 */
	void slow(LiveSession session, boolean slow);

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
	void handlerThrew(Throwable thrown);

	/**
	 * The handler has failed, and the session ends for it unless it has before.
	 * @param error what the handler ended with
	 * @param open whether the session was open until then
	 */
	void handlerFailed(Throwable error, boolean open);

}
