package io.github.websockethttp2.channel;

import org.jspecify.annotations.Nullable;

/**
 * Sends messages of a session, and ends with the session at the latest.
 */
public interface SessionSender {

	/**
	 * The session has ended. Called on its event loop.
	 * @param error the reason, or {@code null} after a regular closing handshake
	 */
	void end(@Nullable Throwable error);

}
