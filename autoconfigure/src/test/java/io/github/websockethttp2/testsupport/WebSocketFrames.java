package io.github.websockethttp2.testsupport;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.Deflater;

/**
 * The bytes of WebSocket frames (RFC 6455, section 5.2), written by hand so that tests do
 * not check a codec against itself.
 */
public final class WebSocketFrames {

	/**
	 * The mask of frames that do not care for theirs.
	 */
	public static final int MASK = 0x1F2E3D4C;

	private WebSocketFrames() {
	}

	/**
	 * Encodes a frame as a client must: masked.
	 * @param fin whether it ends its message
	 * @param rsv the three reserved bits, RSV1 being 4
	 * @param opcode the opcode
	 * @param payload the payload
	 * @return the bytes
	 */
	public static byte[] masked(boolean fin, int rsv, int opcode, byte[] payload) {
		return masked(fin, rsv, opcode, payload, MASK);
	}

	/**
	 * Encodes a frame as a client must: masked.
	 * @param fin whether it ends its message
	 * @param rsv the three reserved bits, RSV1 being 4
	 * @param opcode the opcode
	 * @param payload the payload
	 * @param mask the mask
	 * @return the bytes
	 */
	public static byte[] masked(boolean fin, int rsv, int opcode, byte[] payload, int mask) {
		ByteBuffer buffer = ByteBuffer.allocate(14 + payload.length);
		putHead(buffer, fin, rsv, opcode, payload.length, 0x80);
		buffer.putInt(mask);
		for (int i = 0; i < payload.length; i++) {
			buffer.put((byte) (payload[i] ^ (mask >>> (24 - 8 * (i % 4)))));
		}
		return written(buffer);
	}

	/**
	 * Encodes a frame as a client must not: unmasked.
	 * @param fin whether it ends its message
	 * @param rsv the three reserved bits, RSV1 being 4
	 * @param opcode the opcode
	 * @param payload the payload
	 * @return the bytes
	 */
	public static byte[] unmasked(boolean fin, int rsv, int opcode, byte[] payload) {
		ByteBuffer buffer = ByteBuffer.allocate(10 + payload.length);
		putHead(buffer, fin, rsv, opcode, payload.length, 0);
		buffer.put(payload);
		return written(buffer);
	}

	/**
	 * Encodes a whole text message in one masked frame.
	 * @param text the text
	 * @return the bytes
	 */
	public static byte[] text(String text) {
		return masked(true, 0, Frame.TEXT, text.getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * Encodes the payload of a close frame.
	 * @param code the status code
	 * @param reason the reason
	 * @return the payload
	 */
	public static byte[] closePayload(int code, String reason) {
		byte[] text = reason.getBytes(StandardCharsets.UTF_8);
		return ByteBuffer.allocate(2 + text.length).putShort((short) code).put(text).array();
	}

	/**
	 * Compresses a message (RFC 7692, section 7.2.1).
	 * @param message the message
	 * @param level the level of {@link Deflater}
	 * @return the payload of its frame, or of its frames together
	 */
	public static byte[] deflated(byte[] message, int level) {
		Deflater deflater = new Deflater(level, true);
		try {
			deflater.setInput(message);
			byte[] buffer = new byte[2 * message.length + 100];
			int length = deflater.deflate(buffer, 0, buffer.length, Deflater.SYNC_FLUSH);
			return Arrays.copyOf(buffer, length - 4);
		}
		finally {
			deflater.end();
		}
	}

	private static void putHead(ByteBuffer buffer, boolean fin, int rsv, int opcode, int length, int maskBit) {
		buffer.put((byte) (((fin) ? 0x80 : 0) | (rsv << 4) | opcode));
		if (length <= 125) {
			buffer.put((byte) (maskBit | length));
		}
		else if (length <= 0xFFFF) {
			buffer.put((byte) (maskBit | 126)).putShort((short) length);
		}
		else {
			buffer.put((byte) (maskBit | 127)).putLong(length);
		}
	}

	private static byte[] written(ByteBuffer buffer) {
		byte[] bytes = new byte[buffer.flip().remaining()];
		buffer.get(bytes);
		return bytes;
	}

}
