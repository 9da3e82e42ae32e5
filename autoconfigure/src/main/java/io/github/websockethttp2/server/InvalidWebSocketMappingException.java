package io.github.websockethttp2.server;

/**
 * A {@link WebSocketMapping} that cannot be served.
 */
@SuppressWarnings("serial")
public final class InvalidWebSocketMappingException extends RuntimeException {

	/** What mends it. */
	private final String action;

	InvalidWebSocketMappingException(String message, String action) {
		super(message);
		this.action = action;
	}

	/**
	 * Returns what mends it.
	 * @return a sentence for whoever configures the application
	 */
	public String getAction() {
		return this.action;
	}

}
