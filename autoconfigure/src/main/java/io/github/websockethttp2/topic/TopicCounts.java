package io.github.websockethttp2.topic;

import java.util.concurrent.atomic.LongAdder;

/**
 * What has become of the messages of all topics, for meters. Thread-safe.
 */
public final class TopicCounts {

	private final LongAdder delivered = new LongAdder();

	private final LongAdder dropped = new LongAdder();

	private final LongAdder closed = new LongAdder();

	private final LongAdder subscribers = new LongAdder();

	void add(Counts counts) {
		this.delivered.add(counts.delivered);
		if (counts.dropped != 0) {
			this.dropped.add(counts.dropped);
		}
		if (counts.closed != 0) {
			this.closed.add(counts.closed);
		}
	}

	void delivered(int count) {
		this.delivered.add(count);
	}

	void joined() {
		this.subscribers.increment();
	}

	void left() {
		this.subscribers.decrement();
	}

	/**
	 * Returns how many messages have been written to a session or emitted to a
	 * subscriber.
	 * @return the number of messages, each counted for each subscriber
	 */
	public long delivered() {
		return this.delivered.sum();
	}

	/**
	 * Returns how many messages have been dropped, since their subscriber was slow.
	 * @return the number of messages, each counted for each subscriber
	 */
	public long dropped() {
		return this.dropped.sum();
	}

	/**
	 * Returns how many subscribers have been closed for being slow.
	 * @return the number of subscribers
	 */
	public long closed() {
		return this.closed.sum();
	}

	/**
	 * Returns how many subscribers there are.
	 * @return the number of subscribers in all topics
	 */
	public long subscribers() {
		return this.subscribers.sum();
	}

}
