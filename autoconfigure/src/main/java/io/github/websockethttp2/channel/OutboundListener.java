package io.github.websockethttp2.channel;

import io.github.websockethttp2.session.SessionTraffic;
import org.jspecify.annotations.Nullable;

/**
 * What the output of a session tells the rest of it, and asks it for.
 */
interface OutboundListener extends ApplicationCalls {

	/**
	 * Written bytes could not be sent.
	 * @param cause the reason
	 */
	void writeFailed(Throwable cause);

	/**
	 * Returns what finds slow sessions.
	 * @return the sessions of the server, or {@code null} if nobody wants to know
	 */
	@Nullable SlowSessions slowSessions();

	/**
	 * Returns what counts the session's messages.
	 * @return the counters, or {@code null} if nobody wants to know
	 */
	@Nullable SessionTraffic traffic();

	/**
	 * The session has become slow, or is no longer.
	 * @param slow whether it is now
	 */
	void slow(boolean slow);

}
