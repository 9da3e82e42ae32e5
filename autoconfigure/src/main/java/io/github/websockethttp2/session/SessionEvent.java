package io.github.websockethttp2.session;

/**
 * A session was opened or has ended.
 *
 * @param type which of the two
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
		 * The session has ended, in whatever way.
		 */
		CLOSED

	}

}
