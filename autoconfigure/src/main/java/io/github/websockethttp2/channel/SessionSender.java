package io.github.websockethttp2.channel;

import org.jspecify.annotations.Nullable;

/**
 * One {@code send} of a session, which ends with the session at the latest.
 */
interface SessionSender {

	/**
	 * The session has ended.
	 * @param error the reason, or {@code null} after a regular closing handshake
	 */
	void end(@Nullable Throwable error);

}
