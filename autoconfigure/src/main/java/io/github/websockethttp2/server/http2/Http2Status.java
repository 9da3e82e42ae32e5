package io.github.websockethttp2.server.http2;

/**
 * Whether WebSockets are served over HTTP/2, and why, in words for whoever runs the
 * server.
 *
 * @param on whether they are
 * @param detail what the server offers, or why it does not and what goes on all the same
 */
public record Http2Status(boolean on, String detail) {

	/**
	 * Returns the line that is logged at start-up.
	 */
	@Override
	public String toString() {
		return "WebSocket over HTTP/2 is " + ((this.on) ? "on: " : "off: ") + this.detail;
	}

}
