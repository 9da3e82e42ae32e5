package io.github.websockethttp2.frame;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;

/**
 * Frames that are never compressed, even if compression is negotiated.
 */
public final class UncompressedFrames {

	private UncompressedFrames() {
	}

	/**
	 * Returns a text frame.
	 * @param payload its payload
	 * @return the frame
	 */
	public static WebSocketFrame text(ByteBuf payload) {
		return new Text(payload);
	}

	/**
	 * Returns a binary frame.
	 * @param payload its payload
	 * @return the frame
	 */
	public static WebSocketFrame binary(ByteBuf payload) {
		return new Binary(payload);
	}

	static boolean contains(WebSocketFrame frame) {
		return frame instanceof Text || frame instanceof Binary;
	}

	private static final class Text extends TextWebSocketFrame {

		Text(ByteBuf payload) {
			super(payload);
		}

	}

	private static final class Binary extends BinaryWebSocketFrame {

		Binary(ByteBuf payload) {
			super(payload);
		}

	}

}
