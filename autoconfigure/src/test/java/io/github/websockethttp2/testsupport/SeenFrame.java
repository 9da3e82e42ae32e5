package io.github.websockethttp2.testsupport;

/**
 * One HTTP/2 frame on the wire, as told in failures and looked at by tests of order.
 *
 * @param received whether the server sent it
 * @param streamId the stream, or 0 for the connection
 * @param type the type's name as in RFC 9113, such as {@code "WINDOW_UPDATE"}
 * @param detail the rest in words
 */
public record SeenFrame(boolean received, int streamId, String type, String detail) {

	@Override
	public String toString() {
		return ((this.received) ? "<- " : "-> ") + this.streamId + " " + this.type + " " + this.detail;
	}

}
