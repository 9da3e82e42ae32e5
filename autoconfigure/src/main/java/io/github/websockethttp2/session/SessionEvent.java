package io.github.websockethttp2.session;

/**
 * A session has opened or ended.
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
		 * The session has ended, with or without a closing handshake.
		 */
		CLOSED

	}

}
