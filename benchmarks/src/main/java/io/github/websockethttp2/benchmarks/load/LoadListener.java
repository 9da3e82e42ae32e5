package io.github.websockethttp2.benchmarks.load;

/**
 * Is told what happens to WebSockets, on their event loop.
 */
public interface WebSocketListener {

	/**
	 * The server has accepted the handshake.
	 * @param webSocket the WebSocket
	 */
	void opened(WebSocket webSocket);

	/**
	 * A whole message has come.
	 * @param webSocket the WebSocket
	 * @param text whether it is a text message
	 * @param length the length of its payload
	 */
	void message(WebSocket webSocket, boolean text, long length);

	/**
	 * The stream or the connection has ended.
	 * @param webSocket the WebSocket
	 * @param status the status of the server's Close frame, or 1006 if none came
	 */
	void closed(WebSocket webSocket, int status);

}
