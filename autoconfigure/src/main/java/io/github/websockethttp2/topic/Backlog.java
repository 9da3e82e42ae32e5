package io.github.websockethttp2.topic;

import java.util.ArrayDeque;
import java.util.Deque;

import org.jspecify.annotations.Nullable;

/**
 * The messages that wait for a subscriber. Not safe for concurrent use.
 */
final class Backlog {

	private final Deque<TopicMessage> messages = new ArrayDeque<>(4);

	private final SlowConsumer.Policy policy;

	private final long limit;

	/** How many bytes wait already, before those that wait here. */
	private long ahead;

	private long bytes;

	/**
	 * Create a backlog.
	 * @param policy what happens to a message that does not fit
	 * @param limit how many bytes may wait, or one message if it has more
	 * @param ahead how many of them wait elsewhere
	 */
	Backlog(SlowConsumer.Policy policy, long limit, long ahead) {
		this.policy = policy;
		this.limit = limit;
		this.ahead = ahead;
	}

	/**
	 * Adds a message, as far as the policy lets it.
	 * @param message the message
	 * @param counts counts it, and what is dropped for it
	 * @return {@code false} if it does not fit and its subscriber has to be closed
	 */
	boolean add(TopicMessage message, Counts counts) {
		switch (this.policy) {
			case LATEST_ONLY -> {
				counts.dropped += clear();
			}
			case DROP_OLDEST -> {
				while (!fits(message)) {
					poll();
					counts.dropped++;
				}
			}
			case DROP_NEWEST -> {
				if (!fits(message)) {
					counts.dropped++;
					return true;
				}
			}
			case CLOSE -> {
				if (!fits(message)) {
					counts.closed++;
					return false;
				}
			}
		}
		this.messages.add(message);
		this.bytes += message.size();
		counts.accepted++;
		return true;
	}

	private boolean fits(TopicMessage message) {
		boolean only = this.messages.isEmpty() && (this.ahead == 0 || this.policy == SlowConsumer.Policy.DROP_OLDEST);
		return only || this.ahead + this.bytes + message.size() <= this.limit;
	}

	/**
	 * Takes the oldest message, if there is one.
	 */
	@Nullable TopicMessage poll() {
		TopicMessage message = this.messages.poll();
		if (message != null) {
			this.bytes -= message.size();
		}
		return message;
	}

	/**
	 * What waited elsewhere has been sent.
	 */
	void nothingIsAhead() {
		this.ahead = 0;
	}

	boolean isEmpty() {
		return this.messages.isEmpty();
	}

	/**
	 * Drops all messages.
	 * @return how many there were
	 */
	int clear() {
		int count = this.messages.size();
		this.messages.clear();
		this.bytes = 0;
		return count;
	}

}
