package io.github.websockethttp2.channel;

import org.jspecify.annotations.Nullable;

/**
 * One {@code send} of a session, which ends with the session at the latest.
 */
interface SessionSender {

	/**
	 * The session is over.
	 * @param error why, or {@code null} if it was closed as it should be
	 */
	void terminate(@Nullable Throwable error);

}
