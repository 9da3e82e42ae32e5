package io.github.websockethttp2.benchmarks.scaling;

import java.util.Arrays;

/**
 * What is going to happen, by time, and by number at the same time. A heap of longs, as
 * there are millions.
 */
final class EventQueue {

	private static final int NUMBER_BITS = 20;

	/** There can be so many numbers. */
	static final int NUMBERS = 1 << NUMBER_BITS;

	private static final double PER_SECOND = 1e6;

	private long[] heap = new long[1024];

	private int size;

	boolean isEmpty() {
		return this.size == 0;
	}

	/**
	 * Returns when the next event happens, in seconds.
	 */
	double nextTime() {
		return (this.heap[0] >> NUMBER_BITS) / PER_SECOND;
	}

	void add(double time, int number) {
		if (this.size == this.heap.length) {
			this.heap = Arrays.copyOf(this.heap, 2 * this.size);
		}
		long event = ((long) (time * PER_SECOND) << NUMBER_BITS) | number;
		int place = this.size++;
		while (place > 0 && this.heap[(place - 1) / 2] > event) {
			this.heap[place] = this.heap[(place - 1) / 2];
			place = (place - 1) / 2;
		}
		this.heap[place] = event;
	}

	/**
	 * Removes the next event.
	 * @return its number
	 */
	int remove() {
		int number = (int) (this.heap[0] & (NUMBERS - 1));
		long event = this.heap[--this.size];
		int place = 0;
		while (2 * place + 1 < this.size) {
			int child = 2 * place + 1;
			if (child + 1 < this.size && this.heap[child + 1] < this.heap[child]) {
				child++;
			}
			if (this.heap[child] >= event) {
				break;
			}
			this.heap[place] = this.heap[child];
			place = child;
		}
		this.heap[place] = event;
		return number;
	}

}
