package io.github.websockethttp2.benchmarks.load;

import io.netty.buffer.ByteBuf;

/**
 * Finds events in the bytes of a stream, whatever is around them: the mark {@code t},
 * sixteen hexadecimal digits of time and eight of a number.
 */
final class EventScanner {

	private static final int TIME_DIGITS = 16;

	private static final int DIGITS = TIME_DIGITS + 8;

	private final Listener listener;

	private int digits = -1;

	private long time;

	private long sequence;

	EventScanner(Listener listener) {
		this.listener = listener;
	}

	void read(ByteBuf in, int count) {
		for (int i = 0; i < count; i++) {
			byte value = in.readByte();
			if (value == 't') {
				this.digits = 0;
				this.time = 0;
				this.sequence = 0;
			}
			else if (this.digits >= 0) {
				digit(Character.digit(value, 16));
			}
		}
	}

	private void digit(int digit) {
		if (digit < 0) {
			this.digits = -1;
			return;
		}
		if (this.digits < TIME_DIGITS) {
			this.time = (this.time << 4) | digit;
		}
		else {
			this.sequence = (this.sequence << 4) | digit;
		}
		if (++this.digits == DIGITS) {
			this.digits = -1;
			this.listener.event(this.time, this.sequence);
		}
	}

	/**
	 * Is told of events.
	 */
	interface Listener {

		void event(long nanoTime, long sequence);

	}

}
