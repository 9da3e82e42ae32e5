package io.github.websockethttp2.testsupport;

import java.net.URI;

/**
 * The ways in which a WebSocket reaches the server.
 */
public enum Transport {

	/** HTTP/1.1 in cleartext. */
	H1,

	/** HTTP/1.1 over TLS. */
	H1_TLS,

	/** HTTP/2 in cleartext with prior knowledge. */
	H2C,

	/** HTTP/2 over TLS with ALPN. */
	H2;

	public boolean isTls() {
		return this == H1_TLS || this == H2;
	}

	public boolean isHttp2() {
		return this == H2C || this == H2;
	}

	/**
	 * Returns the HTTP version, as in tags and in {@code WebSocketTransport}.
	 * @return the version
	 */
	public String httpVersion() {
		return (isHttp2()) ? "HTTP/2" : "HTTP/1.1";
	}

	/**
	 * Returns the URL of a WebSocket.
	 * @param port the server's port on the loopback interface
	 * @param path the path
	 * @return the URL
	 */
	public URI url(int port, String path) {
		return URI.create(((isTls()) ? "wss" : "ws") + "://127.0.0.1:" + port + path);
	}

	/**
	 * Opens a connection.
	 * @param port the server's port on the loopback interface
	 * @return the connection
	 */
	public WebSocketConnection connect(int port) {
		return switch (this) {
			case H1 -> WebSocketConnection.of(Http1Client.connect(port));
			case H1_TLS -> WebSocketConnection.of(Http1Client.connectTls(port));
			case H2C -> WebSocketConnection.of(Http2Client.connect(port));
			case H2 -> WebSocketConnection.of(Http2Client.connectTls(port));
		};
	}

}
