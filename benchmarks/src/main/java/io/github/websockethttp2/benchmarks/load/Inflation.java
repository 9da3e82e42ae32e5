package io.github.websockethttp2.benchmarks.load;

import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

import io.netty.buffer.ByteBuf;

/**
 * Checks messages that are compressed (RFC 7692), where none refers back to another. One
 * is inflated, and those with the same bytes are known from then on. Confined to the
 * event loop.
 */
final class Inflation {

	/** What a client offers, so that servers keep no context. */
	static final String OFFER = "permessage-deflate; server_no_context_takeover";

	private static final byte[] TAIL = { 0, 0, (byte) 0xff, (byte) 0xff };

	private static final int MAX_LENGTH = 2 * 1024 * 1024;

	private final byte[] inflated = new byte[MAX_LENGTH];

	private byte[] known = {};

	private int knownLength;

	private int inflate(byte[] deflated, int count) {
		Inflater inflater = new Inflater(true);
		try {
			byte[] input = Arrays.copyOf(deflated, count + TAIL.length);
			System.arraycopy(TAIL, 0, input, count, TAIL.length);
			inflater.setInput(input);
			int length = inflater.inflate(this.inflated);
			if (length == 0 || this.inflated[0] != ClientFrames.FILL
					|| this.inflated[length - 1] != ClientFrames.FILL) {
				throw new LoadException("The payload is not the one that was asked for");
			}
			return length;
		}
		catch (DataFormatException ex) {
			throw new LoadException("The payload is not compressed as it should be", ex);
		}
		finally {
			inflater.end();
		}
	}

	/**
	 * The message that a session is getting.
	 */
	final class Message {

		private static final byte[] NONE = {};

		/** What has come is not what is known. */
		private byte[] other = NONE;

		private int count;

		void add(ByteBuf in, int index, int length) {
			if (this.other == NONE) {
				if (isKnown(in, index, length)) {
					this.count += length;
					return;
				}
				this.other = Arrays.copyOf(Inflation.this.known, this.count + length);
			}
			if (this.other.length < this.count + length) {
				this.other = Arrays.copyOf(this.other, 2 * (this.count + length));
			}
			in.getBytes(index, this.other, this.count, length);
			this.count += length;
		}

		private boolean isKnown(ByteBuf in, int index, int length) {
			byte[] known = Inflation.this.known;
			if (this.count + length > known.length) {
				return false;
			}
			for (int i = 0; i < length; i++) {
				if (in.getByte(index + i) != known[this.count + i]) {
					return false;
				}
			}
			return true;
		}

		/**
		 * Ends the message.
		 * @return the length of what was compressed
		 */
		int end() {
			if (this.other == NONE && this.count < Inflation.this.known.length) {
				this.other = Arrays.copyOf(Inflation.this.known, this.count);
			}
			if (this.other != NONE) {
				Inflation.this.knownLength = inflate(this.other, this.count);
				Inflation.this.known = Arrays.copyOf(this.other, this.count);
				this.other = NONE;
			}
			this.count = 0;
			return Inflation.this.knownLength;
		}

	}

}
