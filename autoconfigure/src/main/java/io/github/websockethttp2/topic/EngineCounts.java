package io.github.websockethttp2.topic;

import java.util.concurrent.atomic.LongAdder;

/**
 * What has become of the messages that a {@link TopicEngine} carries, for meters.
 * Thread-safe.
 */
public final class EngineCounts {

	private final LongAdder published = new LongAdder();

	private final LongAdder failed = new LongAdder();

	private final LongAdder inFlight = new LongAdder();

	private final LongAdder received = new LongAdder();

	private final LongAdder gaps = new LongAdder();

	private final LongAdder replays = new LongAdder();

	private final LongAdder refusedReplays = new LongAdder();

	private final LongAdder subscriptions = new LongAdder();

	void publishing() {
		this.inFlight.increment();
	}

	void published(boolean successfully) {
		this.inFlight.decrement();
		(successfully ? this.published : this.failed).increment();
	}

	void receives() {
		this.received.increment();
	}

	void gap() {
		this.gaps.increment();
	}

	void replay(boolean successful) {
		(successful ? this.replays : this.refusedReplays).increment();
	}

	void subscribed() {
		this.subscriptions.increment();
	}

	void unsubscribed() {
		this.subscriptions.decrement();
	}

	/**
	 * Returns how many messages have been published to other instances.
	 * @return the number of messages
	 */
	public long published() {
		return this.published.sum();
	}

	/**
	 * Returns how many messages could not be published, or may not have been.
	 * @return the number of messages
	 */
	public long failed() {
		return this.failed.sum();
	}

	/**
	 * Returns how many messages are being published.
	 * @return the number of messages
	 */
	public long inFlight() {
		return this.inFlight.sum();
	}

	/**
	 * Returns how many messages of other instances have been received.
	 * @return the number of messages
	 */
	public long received() {
		return this.received.sum();
	}

	/**
	 * Returns how many gaps there were, in each of which messages may have been missed.
	 * @return the number of gaps, each counted for each topic
	 */
	public long gaps() {
		return this.gaps.sum();
	}

	/**
	 * Returns how many subscribers have got what they had missed.
	 * @return the number of subscriptions
	 */
	public long replays() {
		return this.replays.sum();
	}

	/**
	 * Returns how many could not get it, and had to begin anew.
	 * @return the number of subscriptions
	 */
	public long refusedReplays() {
		return this.refusedReplays.sum();
	}

	/**
	 * Returns how many topics of other instances are subscribed to.
	 * @return the number of topics
	 */
	public long subscriptions() {
		return this.subscriptions.sum();
	}

}
