package io.github.websockethttp2.session;

import org.springframework.web.reactive.socket.WebSocketMessage;

/**
 * A message that is sent as it is where the session has agreed on compression: because it
 * is compressed already, or because it mixes a secret with what an attacker chooses.
 *
 * <pre class="code">
 * session.send(photos.map(session::binaryMessage).map(UncompressedMessage::new))
 * </pre>
 */
public final class UncompressedMessage extends WebSocketMessage {

	/**
	 * Create a message.
	 * @param message the message, whose payload it takes over
	 */
	public UncompressedMessage(WebSocketMessage message) {
		super(message.getType(), message.getPayload());
	}

}
