package io.github.websockethttp2.frame;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;

/**
 * An encoding of a {@link SharedMessage}: an unmasked frame (RFC 6455, section 5.2), head
 * and payload in one array. It is on the heap, so that nobody has to count who still
 * needs it. Immutable.
 */
final class SharedFrame {

	private static final int TEXT = 0x1;

	private static final int BINARY = 0x2;

	private final boolean text;

	private final int rsv;

	private final int headSize;

	private final byte[] bytes;

	/**
	 * Create a frame.
	 * @param text whether it is a text frame
	 * @param rsv the reserved bits
	 * @param payload the payload, which is copied and stays the caller's
	 */
	SharedFrame(boolean text, int rsv, ByteBuf payload) {
		int length = payload.readableBytes();
		this.text = text;
		this.rsv = rsv;
		this.headSize = FrameHead.size(length);
		this.bytes = new byte[this.headSize + length];
		ByteBuf out = Unpooled.wrappedBuffer(this.bytes).clear();
		FrameHead.write(out, true, rsv, (text) ? TEXT : BINARY, false, length);
		out.writeBytes(payload, payload.readerIndex(), length);
	}

	/**
	 * Returns the size of the whole frame in bytes.
	 */
	int size() {
		return this.bytes.length;
	}

	/**
	 * Returns the size of the payload in bytes.
	 */
	int payloadSize() {
		return this.bytes.length - this.headSize;
	}

	void appendTo(ByteBuf out) {
		out.writeBytes(this.bytes);
	}

	/**
	 * Returns the whole frame, without a copy.
	 */
	ByteBuf toBuffer() {
		return Unpooled.wrappedBuffer(this.bytes);
	}

	/**
	 * Returns the payload, without a copy.
	 */
	ByteBuf payload() {
		return Unpooled.wrappedBuffer(this.bytes, this.headSize, payloadSize());
	}

	/**
	 * Returns the frame as any other, for whoever masks or shows it.
	 */
	WebSocketFrame toWebSocketFrame() {
		return (this.text) ? new TextWebSocketFrame(true, this.rsv, payload())
				: new BinaryWebSocketFrame(true, this.rsv, payload());
	}

}
