package io.github.websockethttp2.server.http2;

/**
 * Whether WebSockets are served over HTTP/2, and why, in words for the operator.
 *
 * @param on whether they are served over HTTP/2
 * @param detail what the server offers, or why HTTP/2 is off and what still works
 */
public record Http2Status(boolean on, String detail) {

	/**
	 * Returns the line for the log at start-up.
	 */
	@Override
	public String toString() {
		return "WebSocket over HTTP/2 is " + ((this.on) ? "on: " : "off: ") + this.detail;
	}

}
