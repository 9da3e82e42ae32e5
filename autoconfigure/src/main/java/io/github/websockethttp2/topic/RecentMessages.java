package io.github.websockethttp2.topic;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * What is sent to a topic while somebody catches up with it. Thread-safe.
 */
final class RecentMessages {

	/** So many are kept, at most. Reading a history takes seconds. */
	private static final int LIMIT = 10_000;

	private static final long LIMIT_IN_BYTES = 16 * 1024 * 1024;

	private final Deque<TopicMessage> messages = new ArrayDeque<>(1);

	/** The number of the first that is kept. */
	private long first;

	private long bytes;

	private int readers;

	/**
	 * Somebody catches up.
	 */
	synchronized void begin() {
		this.readers++;
	}

	/**
	 * Somebody has caught up, or has given up.
	 */
	synchronized void end() {
		this.readers--;
		if (this.readers == 0) {
			while (!this.messages.isEmpty()) {
				forgetFirst();
			}
		}
	}

	synchronized boolean isUsed() {
		return this.readers > 0;
	}

	synchronized void add(TopicMessage message) {
		if (this.readers > 0) {
			this.messages.add(message);
			this.bytes += message.size();
			while (this.messages.size() > LIMIT || this.bytes > LIMIT_IN_BYTES) {
				forgetFirst();
			}
		}
	}

	private void forgetFirst() {
		this.bytes -= this.messages.remove().size();
		this.first++;
	}

	/**
	 * Returns the number of the next message.
	 */
	synchronized long next() {
		return this.first + this.messages.size();
	}

	/**
	 * Returns the messages from a number on.
	 * @throws MissedMessagesException if they are not there any more
	 */
	synchronized List<TopicMessage> since(long number) {
		if (number < this.first) {
			throw new MissedMessagesException("Too much was sent while the history was read");
		}
		return this.messages.stream().skip(number - this.first).toList();
	}

}
