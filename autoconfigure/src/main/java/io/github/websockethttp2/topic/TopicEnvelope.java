package io.github.websockethttp2.topic;

import java.nio.ByteBuffer;

import io.github.websockethttp2.frame.SharedMessage;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * A message of a topic between instances: a head of 25 bytes, then the payload as
 * WebSocket clients get it.
 *
 * <pre>
 * 0      0x10, plus 1 for text, 2 for nothing to deliver, 4 if messages before were lost
 * 1-8    the instance that sends it
 * 9-16   its number, which rises with each message of that instance
 * 17-24  the number of the message before in the same topic, or 0 if that is not known
 * </pre>
 *
 * @param kind what is in it
 * @param lost whether messages of the same instance may have been lost before
 * @param origin where it comes from
 * @param previous the number of the message before, or 0
 * @param payload the payload
 */
record TopicEnvelope(Kind kind, boolean lost, MessageOrigin origin, long previous, ByteBuffer payload) {

	private static final int HEAD = 1 + 3 * Long.BYTES;

	private static final int VERSION = 0x10;

	private static final int KIND = 3;

	private static final int LOST = 4;

	/**
	 * Returns the bytes.
	 */
	ByteBuffer toBytes() {
		ByteBuffer bytes = ByteBuffer.allocate(HEAD + this.payload.remaining());
		bytes.put((byte) (VERSION | this.kind.ordinal() | (this.lost ? LOST : 0)));
		bytes.putLong(this.origin.node()).putLong(this.origin.number()).putLong(this.previous);
		return bytes.put(this.payload.duplicate()).flip();
	}

	/**
	 * Reads an envelope.
	 * @param bytes the bytes
	 * @return the envelope, or {@code null} if the bytes are none
	 */
	static @Nullable TopicEnvelope of(ByteBuffer bytes) {
		ByteBuffer rest = bytes.slice();
		if (rest.remaining() < HEAD) {
			return null;
		}
		int first = rest.get();
		int kind = first & KIND;
		if ((first & ~(KIND | LOST)) != VERSION || kind >= Kind.values().length) {
			return null;
		}
		MessageOrigin origin = new MessageOrigin(rest.getLong(), rest.getLong());
		long previous = rest.getLong();
		return new TopicEnvelope(Kind.values()[kind], (first & LOST) != 0, origin, previous, rest.slice());
	}

	/**
	 * Returns what is delivered.
	 */
	TopicMessage message() {
		TopicMessage message = new TopicMessage(null,
				new SharedMessage(this.kind == Kind.TEXT, Unpooled.wrappedBuffer(this.payload)));
		message.origin(this.origin);
		return message;
	}

	/**
	 * What is in an envelope.
	 */
	enum Kind {

		BINARY, TEXT, NOTHING

	}

}
