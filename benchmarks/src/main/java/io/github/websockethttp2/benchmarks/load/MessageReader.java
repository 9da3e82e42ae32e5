package io.github.websockethttp2.benchmarks.load;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Reads the messages of a server from the bytes of one WebSocket, however these are cut.
 * Payloads are looked at and skipped, not kept.
 */
final class MessageReader {

	private static final int RESERVED = 0x70;

	/** The message is compressed (RFC 7692). */
	private static final int RSV1 = 0x40;

	private final Messages messages;

	/** What the reserved bits of a message's first byte have to be. */
	private final byte reserved;

	/** How much of a frame's header is read. */
	private byte headerBytes;

	private byte lengthBytes;

	private byte first;

	private byte opcode;

	private boolean inFrame;

	private long remaining;

	private long length;

	private byte @Nullable [] control;

	/**
	 * Create a reader.
	 * @param messages takes what is read
	 * @param compressed whether all messages have to be compressed
	 */
	MessageReader(Messages messages, boolean compressed) {
		this.messages = messages;
		this.reserved = (byte) (compressed ? RSV1 : 0);
	}

	/**
	 * Reads on.
	 * @param in the bytes
	 * @param count how many of them belong to this WebSocket
	 */
	void read(ByteBuf in, int count) {
		int end = in.readerIndex() + count;
		while (in.readerIndex() < end) {
			if (this.inFrame) {
				payload(in, (int) Math.min(this.remaining, end - in.readerIndex()));
			}
			else {
				header(in.readByte());
			}
		}
	}

	private void header(byte value) {
		if (this.headerBytes == 0) {
			this.first = value;
			this.headerBytes = 1;
			return;
		}
		if (this.headerBytes == 1) {
			check(value >= 0, "masked frame from the server");
			this.headerBytes = 2;
			this.lengthBytes = (byte) ((value == 126) ? 2 : (value == 127) ? 8 : 0);
			this.remaining = (this.lengthBytes == 0) ? value : 0;
		}
		else {
			this.remaining = (this.remaining << 8) | (value & 0xff);
			this.lengthBytes--;
		}
		if (this.lengthBytes == 0) {
			beginFrame();
		}
	}

	private void beginFrame() {
		this.headerBytes = 0;
		int frameOpcode = this.first & 0x0f;
		int expected = (frameOpcode == 0 || frameOpcode >= ClientFrames.CLOSE) ? 0 : this.reserved;
		check((this.first & RESERVED) == expected, "reserved bits, which say whether a message is compressed");
		if (frameOpcode >= ClientFrames.CLOSE) {
			this.control = new byte[(int) this.remaining];
		}
		else {
			check((frameOpcode == 0) == (this.opcode != 0), "continuation out of order");
			this.opcode = (frameOpcode != 0) ? (byte) frameOpcode : this.opcode;
			this.length += this.remaining;
		}
		this.inFrame = true;
		if (this.remaining == 0) {
			endFrame();
		}
	}

	private void payload(ByteBuf in, int count) {
		byte[] control = this.control;
		if (control != null) {
			in.readBytes(control, (int) (control.length - this.remaining), count);
		}
		else {
			int index = in.readerIndex();
			this.messages.payload(in, index, count);
			in.skipBytes(count);
		}
		this.remaining -= count;
		if (this.remaining == 0) {
			endFrame();
		}
	}

	private void endFrame() {
		this.inFrame = false;
		byte[] control = this.control;
		if (control != null) {
			this.control = null;
			this.messages.control(this.first & 0x0f, control);
		}
		else if (this.first < 0) {
			int messageOpcode = this.opcode;
			long messageLength = this.length;
			this.opcode = 0;
			this.length = 0;
			this.messages.message(messageOpcode, messageLength);
		}
	}

	private static void check(boolean condition, String message) {
		if (!condition) {
			throw new LoadException("Not a WebSocket frame of a server: " + message);
		}
	}

	/**
	 * Takes what is read.
	 */
	interface Messages {

		void payload(ByteBuf in, int index, int count);

		void message(int opcode, long length);

		void control(int opcode, byte[] payload);

	}

}
