package io.github.websockethttp2.transport;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * Whose bytes are in a buffer of a connection, in the order in which they were written.
 * Confined to the event loop.
 */
final class SentData {

	private DataListener[] listeners = new DataListener[4];

	private int[] lengths = new int[4];

	private int size;

	/**
	 * Makes sure that {@link #add} does not fail.
	 */
	void makeRoom() {
		if (this.size == this.lengths.length) {
			this.listeners = Arrays.copyOf(this.listeners, 2 * this.size);
			this.lengths = Arrays.copyOf(this.lengths, 2 * this.size);
		}
	}

	void add(DataListener listener, int length) {
		makeRoom();
		this.listeners[this.size] = listener;
		this.lengths[this.size] = length;
		this.size++;
	}

	/**
	 * The buffer has been sent, or never will be.
	 * @param cause why it has not been sent, or {@code null} if it has
	 */
	void done(@Nullable Throwable cause) {
		for (int i = 0; i < this.size; i++) {
			this.listeners[i].done(this.lengths[i], cause);
		}
	}

}
