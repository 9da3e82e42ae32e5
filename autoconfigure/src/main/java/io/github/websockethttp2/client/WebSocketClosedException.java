package io.github.websockethttp2.client;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

import org.springframework.web.reactive.socket.CloseStatus;

/**
 * A session was open, and has ended.
 */
@SuppressWarnings("serial")
public final class WebSocketClosedException extends IOException {

	/** What the session ended with. */
	private final CloseStatus closeStatus;

	/**
	 * Create an exception.
	 * @param closeStatus what the session ended with
	 * @param cause what its handler ended with, or {@code null} if that was no error
	 */
	public WebSocketClosedException(CloseStatus closeStatus, @Nullable Throwable cause) {
		// Without the reason, which is the server's to write and would get into the log
		super("The session has ended with " + closeStatus.getCode(), cause);
		this.closeStatus = closeStatus;
	}

	/**
	 * Returns what the session ended with.
	 * @return the status; 1006 if the connection was lost
	 */
	public CloseStatus getCloseStatus() {
		return this.closeStatus;
	}

}
