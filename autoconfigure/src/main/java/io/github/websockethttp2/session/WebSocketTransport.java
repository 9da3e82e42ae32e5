package io.github.websockethttp2.session;

import java.util.Map;

import org.springframework.web.reactive.socket.WebSocketSession;

/**
 * The transport that carries a WebSocket: the HTTP version, the connection, and the
 * stream on it. An application behaves the same on every transport; this is for code that
 * needs to know, such as a dashboard or a log line.
 *
 * @param protocol the HTTP version that carried the handshake
 * @param connectionId identifies the TCP connection, uniquely across servers and time;
 * empty if the session was not opened by this library
 * @param streamId the HTTP/2 stream identifier (RFC 9113, section 5.1.1), or 0 over
 * HTTP/1.1
 */
public record WebSocketTransport(Protocol protocol, String connectionId, int streamId) {

	/**
	 * Name of the session attribute that holds the transport.
	 */
	public static final String ATTRIBUTE = WebSocketTransport.class.getName();

	private static final WebSocketTransport UNKNOWN = new WebSocketTransport(Protocol.HTTP_1_1, "", 0);

	/**
	 * Returns the transport of a session. A session that this library has not opened,
	 * such as one of another server or of a test, counts as HTTP/1.1, so that a handler
	 * works without the library as well.
	 * @param session the session
	 * @return its transport
	 */
	public static WebSocketTransport of(WebSocketSession session) {
		Map<String, Object> attributes = session.getAttributes();
		return (attributes != null && attributes.get(ATTRIBUTE) instanceof WebSocketTransport known) ? known : UNKNOWN;
	}

	/**
	 * The HTTP versions that carry WebSockets.
	 */
	public enum Protocol {

		/**
		 * HTTP/1.1 with {@code Upgrade} (RFC 6455): one TCP connection per WebSocket.
		 */
		HTTP_1_1("HTTP/1.1"),

		/**
		 * HTTP/2 with extended CONNECT (RFC 8441): one stream per WebSocket.
		 */
		HTTP_2("HTTP/2");

		private final String text;

		Protocol(String text) {
			this.text = text;
		}

		/**
		 * Returns the name as written in the standards, such as {@code HTTP/2}.
		 */
		@Override
		public String toString() {
			return this.text;
		}

	}

}
