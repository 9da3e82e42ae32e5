package io.github.websockethttp2.channel;

import java.util.ArrayDeque;
import java.util.Queue;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.web.reactive.socket.WebSocketMessage;

/**
 * Messages that wait for demand. Confined to the event loop.
 */
final class WaitingMessages {

	private final Queue<WebSocketMessage> messages = new ArrayDeque<>(2);

	void add(WebSocketMessage message) {
		this.messages.add(message);
	}

	WebSocketMessage remove() {
		return this.messages.remove();
	}

	int size() {
		return this.messages.size();
	}

	boolean isEmpty() {
		return this.messages.isEmpty();
	}

	/**
	 * Copies the messages out of pooled memory. The session has ended, and its handler
	 * may never read them.
	 */
	void moveToHeap() {
		for (int i = this.messages.size(); i > 0; i--) {
			WebSocketMessage message = this.messages.remove();
			DataBuffer payload = message.getPayload();
			byte[] bytes = new byte[payload.readableByteCount()];
			payload.read(bytes);
			DataBufferUtils.release(payload);
			this.messages
				.add(new WebSocketMessage(message.getType(), DefaultDataBufferFactory.sharedInstance.wrap(bytes)));
		}
	}

	void release() {
		this.messages.forEach((message) -> DataBufferUtils.release(message.getPayload()));
		this.messages.clear();
	}

}
