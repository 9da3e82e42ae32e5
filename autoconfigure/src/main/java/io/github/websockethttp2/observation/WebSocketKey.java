package io.github.websockethttp2.observation;

import io.micrometer.common.docs.KeyName;

/**
 * The keys of the observations of WebSockets.
 */
public enum WebSocketKey implements KeyName {

	/**
	 * The id of the session.
	 */
	SESSION_ID("websocket.session.id", "the session's id, as in its log lines and `WebSocketSession.getId()`"),

	/**
	 * The size of a message.
	 */
	MESSAGE_SIZE("websocket.message.size", "the size of the payload in bytes"),

	/**
	 * The path pattern that the handler is mapped to.
	 */
	URI(WebSocketMeterNames.URI, "the path pattern, or `UNKNOWN`"),

	/**
	 * The HTTP version.
	 */
	PROTOCOL(WebSocketMeterNames.PROTOCOL, "`HTTP/1.1` or `HTTP/2`"),

	/**
	 * Which way a message goes.
	 */
	DIRECTION(WebSocketMeterNames.DIRECTION, "`received` or `sent`"),

	/**
	 * The type of a message.
	 */
	TYPE("type", "`text`, `binary`, `ping` or `pong`");

	private final String key;

	private final String description;

	WebSocketKey(String key, String description) {
		this.key = key;
		this.description = description;
	}

	@Override
	public String asString() {
		return this.key;
	}

	/**
	 * Returns what the key's value is.
	 * @return the description, in Markdown
	 */
	public String description() {
		return this.description;
	}

}
