package io.github.websockethttp2.topic;

import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Adds up what has become of a message on each event loop. Thread-safe.
 */
final class Tally {

	private final Sinks.One<Delivery> result = Sinks.one();

	private int missing;

	private int accepted;

	private int dropped;

	private int closed;

	/**
	 * Create a tally.
	 * @param missing how many counts are going to come
	 */
	Tally(int missing) {
		this.missing = missing;
	}

	/**
	 * Adds counts. The last call emits the result.
	 */
	void add(Counts counts) {
		if (addUp(counts)) {
			this.result.tryEmitValue(new Delivery(this.accepted, this.dropped, this.closed));
		}
	}

	private synchronized boolean addUp(Counts counts) {
		this.accepted += counts.accepted;
		this.dropped += counts.dropped;
		this.closed += counts.closed;
		this.missing--;
		return this.missing == 0;
	}

	Mono<Delivery> result() {
		return this.result.asMono();
	}

}
