package io.github.websockethttp2.channel;

import io.github.websockethttp2.frame.SharedMessage;

import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.web.reactive.socket.WebSocketMessage;

/**
 * A message that many sessions send. Any session can send it; those of ours do not encode
 * it again.
 */
public final class SharedWebSocketMessage extends WebSocketMessage {

	private final SharedMessage shared;

	/**
	 * Create the message of a session.
	 * @param shared what all sessions share
	 * @param bufferFactory creates the payload for sessions that are not ours
	 */
	public SharedWebSocketMessage(SharedMessage shared, DataBufferFactory bufferFactory) {
		super((shared.isText()) ? Type.TEXT : Type.BINARY, bufferFactory.wrap(shared.payload()));
		this.shared = shared;
	}

	SharedMessage shared() {
		return this.shared;
	}

}
