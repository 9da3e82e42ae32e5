package io.github.websockethttp2.session;

/**
 * What the bytes of a session wait for.
 */
public enum Bottleneck {

	/**
	 * The window of the session's stream is empty: the client does not read this session
	 * (RFC 9113, section 5.2).
	 */
	STREAM_WINDOW("stream-window"),

	/**
	 * The window of the connection is empty: the client does not read other streams.
	 */
	CONNECTION_WINDOW("connection-window"),

	/**
	 * The socket takes no more: the network is slow, or the client does not read the
	 * connection.
	 */
	SOCKET("socket");

	private final String text;

	Bottleneck(String text) {
		this.text = text;
	}

	@Override
	public String toString() {
		return this.text;
	}

}
