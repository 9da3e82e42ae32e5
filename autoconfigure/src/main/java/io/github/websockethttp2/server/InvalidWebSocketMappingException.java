package io.github.websockethttp2.server;

/**
 * Thrown when a {@link WebSocketMapping} cannot be served.
 */
@SuppressWarnings("serial")
public final class InvalidWebSocketMappingException extends RuntimeException {

	/** How to fix it. */
	private final String action;

	InvalidWebSocketMappingException(String message, String action) {
		super(message);
		this.action = action;
	}

	/**
	 * Returns how to fix it.
	 * @return a sentence for the developer
	 */
	public String getAction() {
		return this.action;
	}

}
