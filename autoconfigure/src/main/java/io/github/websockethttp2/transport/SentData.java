package io.github.websockethttp2.transport;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * Whose bytes are in a buffer of a connection, in the order in which they were written.
 * Confined to the event loop.
 */
final class SentData {

	private DataListener[] listeners;

	private int[] lengths;

	private int size;

	/**
	 * Create an object without bytes.
	 * @param room for how many there probably are, at least one
	 */
	SentData(int room) {
		this.listeners = new DataListener[room];
		this.lengths = new int[room];
	}

	int size() {
		return this.size;
	}

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
