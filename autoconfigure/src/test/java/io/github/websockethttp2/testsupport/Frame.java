package io.github.websockethttp2.testsupport;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * A WebSocket frame as the server sent it.
 *
 * @param fin whether it ends its message
 * @param rsv the three reserved bits, RSV1 being 4
 * @param opcode the opcode
 * @param payload the payload
 */
public record Frame(boolean fin, int rsv, int opcode, byte[] payload) {

	/**
	 * Opcode of a continuation.
	 */
	public static final int CONTINUATION = 0x0;

	/**
	 * Opcode of a text message.
	 */
	public static final int TEXT = 0x1;

	/**
	 * Opcode of a binary message.
	 */
	public static final int BINARY = 0x2;

	/**
	 * Opcode of a close frame.
	 */
	public static final int CLOSE = 0x8;

	/**
	 * Opcode of a ping.
	 */
	public static final int PING = 0x9;

	/**
	 * Opcode of a pong.
	 */
	public static final int PONG = 0xA;

	/**
	 * Returns the payload as text, and fails if it is no UTF-8.
	 * @return the text
	 */
	public String text() {
		return utf8(this.payload);
	}

	boolean isControl() {
		return this.opcode >= CLOSE;
	}

	@Override
	public String toString() {
		return "Frame[fin=" + this.fin + ", rsv=" + this.rsv + ", opcode=" + this.opcode + ", " + this.payload.length
				+ " bytes: " + new String(this.payload, 0, Math.min(80, this.payload.length), StandardCharsets.UTF_8)
				+ "]";
	}

	static String utf8(byte[] bytes) {
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
		}
		catch (CharacterCodingException ex) {
			throw new AssertionError("The server sent text that is no UTF-8", ex);
		}
	}

}
