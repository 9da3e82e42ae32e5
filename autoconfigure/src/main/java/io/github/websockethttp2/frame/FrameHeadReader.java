package io.github.websockethttp2.frame;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;

/**
 * Reads the head of a frame, in as many parts as it arrives in, and judges it as soon as
 * it can (RFC 6455, sections 5.2, 5.4 and 5.5). Confined to the event loop.
 */
final class FrameHeadReader {

	static final int CONTINUATION = 0x0;

	static final int TEXT = 0x1;

	static final int BINARY = 0x2;

	static final int CLOSE = 0x8;

	static final int PING = 0x9;

	static final int PONG = 0xA;

	private static final int MAX_CONTROL_LENGTH = 125;

	private static final int LENGTH_OF_TWO_BYTES = 126;

	private static final int LENGTH_OF_EIGHT_BYTES = 127;

	private final FrameRules rules;

	private Part part = Part.KIND;

	/** The number that is being read, in network byte order. */
	private long number;

	/** How many bytes of it have been read. */
	private int size;

	private int kind;

	private long length;

	private int key;

	private boolean withinMessage;

	FrameHeadReader(FrameRules rules) {
		this.rules = rules;
	}

	/**
	 * Reads on.
	 * @param in the bytes
	 * @return whether the head is complete. It then stays until {@link #payloadRead()}
	 * @throws CorruptedWebSocketFrameException if such a frame is not accepted, with the
	 * close code that says why
	 */
	boolean read(ByteBuf in) {
		if (this.part == Part.KIND && readNumber(in, Short.BYTES)) {
			this.kind = (int) this.number;
			checkKind();
			this.part = Part.LENGTH;
		}
		if (this.part == Part.LENGTH && readLength(in)) {
			this.key = 0;
			this.part = (isMasked()) ? Part.KEY : Part.PAYLOAD;
		}
		if (this.part == Part.KEY && readNumber(in, Integer.BYTES)) {
			this.key = (int) this.number;
			this.part = Part.PAYLOAD;
		}
		return this.part == Part.PAYLOAD;
	}

	/**
	 * The payload has been read, and the next head follows.
	 */
	void payloadRead() {
		this.part = Part.KIND;
		if (!isControl()) {
			this.withinMessage = !isFinal();
		}
	}

	boolean isFinal() {
		return (this.kind & 0x8000) != 0;
	}

	/**
	 * Returns the reserved bits.
	 */
	int rsv() {
		return (this.kind >> 12) & 0x7;
	}

	int opcode() {
		return (this.kind >> 8) & 0xF;
	}

	/**
	 * Returns the length of the payload in bytes.
	 */
	int length() {
		return (int) this.length;
	}

	/**
	 * Returns the masking key, or 0 if there is none, which would mask nothing.
	 */
	int key() {
		return this.key;
	}

	private boolean isControl() {
		return opcode() >= CLOSE;
	}

	private boolean isMasked() {
		return (this.kind & 0x80) != 0;
	}

	private int shortLength() {
		return this.kind & 0x7F;
	}

	private void checkKind() {
		if (rsv() != 0 && !this.rules.extension()) {
			throw violation("RSV " + rsv() + " without an extension");
		}
		if (isMasked() != (this.rules.role() == Role.SERVER)) {
			throw violation((isMasked()) ? "Frame of a server is masked" : "Frame of a client is not masked");
		}
		if (isControl()) {
			checkControl();
		}
		else {
			checkData();
		}
	}

	private void checkControl() {
		if (!isFinal()) {
			throw violation("Control frame is fragmented");
		}
		if (shortLength() > MAX_CONTROL_LENGTH) {
			throw violation("Control frame is longer than " + MAX_CONTROL_LENGTH + " bytes");
		}
		if (opcode() > PONG) {
			throw violation("Unknown opcode " + opcode());
		}
		if (opcode() == CLOSE && shortLength() == 1) {
			throw violation("Close frame with half a code");
		}
	}

	private void checkData() {
		if (opcode() > BINARY) {
			throw violation("Unknown opcode " + opcode());
		}
		if (this.withinMessage != (opcode() == CONTINUATION)) {
			throw violation((this.withinMessage) ? "Message begins within another"
					: "Continuation of a message that has not begun");
		}
	}

	private boolean readLength(ByteBuf in) {
		int shortLength = shortLength();
		if (shortLength == LENGTH_OF_TWO_BYTES) {
			if (!readNumber(in, Short.BYTES)) {
				return false;
			}
			checkMinimal(this.number >= LENGTH_OF_TWO_BYTES);
			this.length = this.number;
		}
		else if (shortLength == LENGTH_OF_EIGHT_BYTES) {
			if (!readNumber(in, Long.BYTES)) {
				return false;
			}
			checkMinimal(this.number > 0xFFFF);
			this.length = this.number;
		}
		else {
			this.length = shortLength;
		}
		if (this.length > this.rules.maxLength()) {
			throw new CorruptedWebSocketFrameException(WebSocketCloseStatus.MESSAGE_TOO_BIG,
					"Frame of " + this.length + " bytes exceeds " + this.rules.maxLength());
		}
		return true;
	}

	private static void checkMinimal(boolean minimal) {
		if (!minimal) {
			throw violation("Length is negative, or is not in the shortest form");
		}
	}

	/**
	 * Reads a number, usually at once.
	 * @param in the bytes
	 * @param bytes its size: 2, 4 or 8
	 * @return whether it is complete
	 */
	private boolean readNumber(ByteBuf in, int bytes) {
		if (this.size == 0 && in.readableBytes() >= bytes) {
			this.number = switch (bytes) {
				case Short.BYTES -> in.readUnsignedShort();
				case Integer.BYTES -> in.readInt();
				default -> in.readLong();
			};
			return true;
		}
		while (this.size < bytes && in.isReadable()) {
			this.number = (this.number << Byte.SIZE) | in.readUnsignedByte();
			this.size++;
		}
		if (this.size < bytes) {
			return false;
		}
		this.number = (bytes == Short.BYTES) ? this.number & 0xFFFF : this.number;
		this.size = 0;
		return true;
	}

	private static CorruptedWebSocketFrameException violation(String message) {
		return new CorruptedWebSocketFrameException(WebSocketCloseStatus.PROTOCOL_ERROR, message);
	}

	private enum Part {

		/** FIN, reserved bits, opcode, mask bit, and the short length. */
		KIND,

		LENGTH, KEY, PAYLOAD

	}

}
