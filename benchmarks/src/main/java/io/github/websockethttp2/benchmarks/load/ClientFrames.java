package io.github.websockethttp2.benchmarks.load;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * WebSocket frames as a client sends them. Made and masked once, and sent many times. The
 * masking key is not zero, which servers skip: they have to unmask, as they do for any
 * other client.
 */
public final class ClientFrames {

	/** Every byte of a payload, so that what comes back is easy to check. */
	static final byte FILL = 'x';

	/**
	 * The one of the examples in RFC 6455, section 5.7: no two of its bytes are equal.
	 */
	static final int MASK = 0x37fa213d;

	static final int TEXT = 1;

	static final int BINARY = 2;

	static final int CLOSE = 8;

	static final int PING = 9;

	static final int PONG = 10;

	private static final int SHORT_LENGTH = 125;

	private ClientFrames() {
	}

	/**
	 * Makes a message of a given length.
	 * @param text whether it is a text message
	 * @param length the length of the payload
	 * @return the frame
	 */
	public static byte[] message(boolean text, int length) {
		byte[] payload = new byte[length];
		Arrays.fill(payload, FILL);
		return frame(text ? TEXT : BINARY, payload);
	}

	/**
	 * Makes a text message.
	 * @param text the text
	 * @return the frame
	 */
	public static byte[] text(String text) {
		return frame(TEXT, text.getBytes(StandardCharsets.UTF_8));
	}

	static byte[] close(int status) {
		return frame(CLOSE, new byte[] { (byte) (status >> 8), (byte) status });
	}

	static byte[] frame(int opcode, byte[] payload) {
		ByteBuffer frame = ByteBuffer.allocate(payload.length + 14);
		frame.put((byte) (0x80 | opcode));
		if (payload.length <= SHORT_LENGTH) {
			frame.put((byte) (0x80 | payload.length));
		}
		else if (payload.length <= 0xffff) {
			frame.put((byte) 0xfe).putShort((short) payload.length);
		}
		else {
			frame.put((byte) 0xff).putLong(payload.length);
		}
		frame.putInt(MASK);
		for (int i = 0; i < payload.length; i++) {
			frame.put((byte) (payload[i] ^ (MASK >>> (24 - 8 * (i % 4)))));
		}
		return Arrays.copyOf(frame.array(), frame.position());
	}

}
