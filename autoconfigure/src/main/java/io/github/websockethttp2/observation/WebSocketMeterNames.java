package io.github.websockethttp2.observation;

/**
 * The names of meters and the keys of their tags, declared once.
 */
public final class WebSocketMeterNames {

	/**
	 * Name of the counter of handshakes that have been decided, which has the tags
	 * {@link #URI}, {@link #PROTOCOL}, {@link #OUTCOME} and {@link #REASON}.
	 */
	public static final String HANDSHAKES = "websocket.server.handshakes";

	/**
	 * Tag with the path pattern, such as {@code /rooms/{room}}, or {@link #UNKNOWN}.
	 */
	public static final String URI = "uri";

	/**
	 * Tag with the HTTP version, such as {@code HTTP/2}.
	 */
	public static final String PROTOCOL = "protocol";

	/**
	 * Tag with what became of it: {@code accepted} or {@code refused}.
	 */
	public static final String OUTCOME = "outcome";

	/**
	 * Tag with the reason of a refusal, such as {@code origin}, or {@link #NONE}.
	 */
	public static final String REASON = "reason";

	/**
	 * Value of a tag that is not known.
	 */
	public static final String UNKNOWN = "UNKNOWN";

	/**
	 * Value of a tag where there is nothing to tell.
	 */
	public static final String NONE = "none";

	private WebSocketMeterNames() {
	}

}
