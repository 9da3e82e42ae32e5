package io.github.websockethttp2.channel;

import io.github.websockethttp2.frame.UncompressedFrames;
import io.github.websockethttp2.session.UncompressedMessage;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;

import org.springframework.web.reactive.socket.WebSocketMessage;

/**
 * Turns each message into one frame.
 */
final class MessageFrames {

	private static final int MAX_CONTROL_PAYLOAD = 125;

	private MessageFrames() {
	}

	/**
	 * Makes the frame of a message.
	 * @param message the message
	 * @param payload its payload, which the frame then owns
	 * @return the frame
	 * @throws IllegalArgumentException if there can be no such frame; the payload has
	 * been released
	 */
	static WebSocketFrame of(WebSocketMessage message, ByteBuf payload) {
		boolean uncompressed = message instanceof UncompressedMessage;
		return switch (message.getType()) {
			case TEXT -> (uncompressed) ? UncompressedFrames.text(payload) : new TextWebSocketFrame(payload);
			case BINARY -> (uncompressed) ? UncompressedFrames.binary(payload) : new BinaryWebSocketFrame(payload);
			case PING -> new PingWebSocketFrame(controlPayload(payload));
			case PONG -> new PongWebSocketFrame(controlPayload(payload));
		};
	}

	/**
	 * Returns whether a message is one of the application's, and not a ping or a pong.
	 */
	static boolean isData(WebSocketMessage message) {
		return message.getType() == WebSocketMessage.Type.TEXT || message.getType() == WebSocketMessage.Type.BINARY;
	}

	/**
	 * Checks the size of a control frame's payload (RFC 6455, section 5.5).
	 */
	private static ByteBuf controlPayload(ByteBuf payload) {
		int size = payload.readableBytes();
		if (size > MAX_CONTROL_PAYLOAD) {
			payload.release();
			throw new IllegalArgumentException(
					"A ping or a pong may have " + MAX_CONTROL_PAYLOAD + " bytes, and not " + size);
		}
		return payload;
	}

}
