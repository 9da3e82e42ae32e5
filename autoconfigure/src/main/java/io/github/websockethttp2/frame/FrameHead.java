package io.github.websockethttp2.frame;

import io.netty.buffer.ByteBuf;

/**
 * Writes the head of a frame (RFC 6455, section 5.2), without a masking key.
 */
final class FrameHead {

	/** The most that it takes, in bytes. */
	static final int MAX_SIZE = 10;

	private static final int FIN = 0x80;

	private static final int MASKED = 0x80;

	private static final int LENGTH_OF_TWO_BYTES = 126;

	private static final int LENGTH_OF_EIGHT_BYTES = 127;

	private static final int MAX_UNSIGNED_SHORT = 0xFFFF;

	private FrameHead() {
	}

	/**
	 * Returns the size of a head.
	 * @param length the length of the payload in bytes
	 * @return the size in bytes
	 */
	static int size(int length) {
		return (length < LENGTH_OF_TWO_BYTES) ? 2 : (length <= MAX_UNSIGNED_SHORT) ? 4 : MAX_SIZE;
	}

	/**
	 * Writes a head.
	 * @param out where it is appended
	 * @param fin whether this is the last fragment
	 * @param rsv the reserved bits
	 * @param opcode the kind of frame
	 * @param masked whether a masking key follows
	 * @param length the length of the payload in bytes
	 */
	static void write(ByteBuf out, boolean fin, int rsv, int opcode, boolean masked, int length) {
		int first = ((fin) ? FIN : 0) | (rsv << 4) | opcode;
		int mask = (masked) ? MASKED : 0;
		if (length < LENGTH_OF_TWO_BYTES) {
			out.writeShort((first << Byte.SIZE) | mask | length);
		}
		else if (length <= MAX_UNSIGNED_SHORT) {
			out.writeInt((((first << Byte.SIZE) | mask | LENGTH_OF_TWO_BYTES) << Short.SIZE) | length);
		}
		else {
			out.writeShort((first << Byte.SIZE) | mask | LENGTH_OF_EIGHT_BYTES);
			out.writeLong(length);
		}
	}

}
