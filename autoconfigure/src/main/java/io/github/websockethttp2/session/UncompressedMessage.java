package io.github.websockethttp2.session;

import org.springframework.web.reactive.socket.WebSocketMessage;

/**
 * A message that is sent uncompressed even if the session has negotiated compression:
 * because it is already compressed, or because it contains a secret next to text that an
 * attacker can choose.
 *
 * <pre class="code">
 * session.send(photos.map(session::binaryMessage).map(UncompressedMessage::new))
 * </pre>
 */
public final class UncompressedMessage extends WebSocketMessage {

	/**
	 * Create a message.
	 * @param message the message whose payload is sent
	 */
	public UncompressedMessage(WebSocketMessage message) {
		super(message.getType(), message.getPayload());
	}

}
