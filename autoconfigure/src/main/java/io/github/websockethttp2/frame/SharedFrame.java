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

	private static final int FIN = 0x80;

	private static final int TEXT = 0x1;

	private static final int BINARY = 0x2;

	private static final int LENGTH_OF_TWO_BYTES = 126;

	private static final int LENGTH_OF_EIGHT_BYTES = 127;

	private static final int MAX_UNSIGNED_SHORT = 0xFFFF;

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
		this.headSize = headSize(length);
		this.bytes = new byte[this.headSize + length];
		ByteBuf out = Unpooled.wrappedBuffer(this.bytes).clear();
		out.writeByte(FIN | (rsv << 4) | ((text) ? TEXT : BINARY));
		if (length < LENGTH_OF_TWO_BYTES) {
			out.writeByte(length);
		}
		else if (length <= MAX_UNSIGNED_SHORT) {
			out.writeByte(LENGTH_OF_TWO_BYTES);
			out.writeShort(length);
		}
		else {
			out.writeByte(LENGTH_OF_EIGHT_BYTES);
			out.writeLong(length);
		}
		out.writeBytes(payload, payload.readerIndex(), length);
	}

	private static int headSize(int length) {
		return (length < LENGTH_OF_TWO_BYTES) ? 2 : (length <= MAX_UNSIGNED_SHORT) ? 4 : 10;
	}

	/**
	 * Returns the size of the whole frame in bytes.
	 */
	int size() {
		return this.bytes.length;
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
		return Unpooled.wrappedBuffer(this.bytes, this.headSize, this.bytes.length - this.headSize);
	}

	/**
	 * Returns the frame as any other, for whoever masks or shows it.
	 */
	WebSocketFrame toWebSocketFrame() {
		return (this.text) ? new TextWebSocketFrame(true, this.rsv, payload())
				: new BinaryWebSocketFrame(true, this.rsv, payload());
	}

}
