package io.github.websockethttp2.session;

/**
 * Something has happened to a session.
 *
 * @param type what happened
 * @param session the session
 */
public record SessionEvent(Type type, LiveSession session) {

	/**
	 * What happened to the session.
	 */
	public enum Type {

		/**
		 * The handshake was accepted.
		 */
		OPENED,

		/**
		 * The peer reads slowly or not at all: bytes have waited to be sent for longer
		 * than {@code websocket.http2.slow-after}.
		 */
		SLOW,

		/**
		 * The peer of a slow session has caught up.
		 */
		RECOVERED,

		/**
		 * The session has ended, with or without a closing handshake.
		 */
		CLOSED

	}

}
