package io.github.websockethttp2.benchmarks.load;

/**
 * Is told what happens to sessions, on their event loop.
 */
public interface LoadListener {

	/**
	 * The server has accepted the handshake.
	 * @param session the session
	 */
	void opened(LoadSession session);

	/**
	 * A whole message has come.
	 * @param session the session
	 * @param text whether it is a text message
	 * @param length the length of its payload
	 */
	void message(LoadSession session, boolean text, long length);

	/**
	 * The stream or the connection has ended.
	 * @param session the session
	 * @param status the status of the server's Close frame, or 1006 if none came
	 */
	void closed(LoadSession session, int status);

}
