package io.github.websockethttp2.topic;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * A subscriber that catches up with a topic: it gets what the history has, then what was
 * sent while that was read and is not in it, and then what is sent. Confined to the
 * thread that reads the history, except for the methods that say otherwise.
 */
final class CatchUp {

	/** Of those who have missed nothing. */
	static final CatchUp NONE = new CatchUp();

	private List<TopicMessage> messages = List.of();

	private Set<MessageOrigin> history = Set.of();

	private long size;

	/** Guarded by the topic. */
	private @Nullable RecentMessages recent;

	private long begin;

	private volatile @Nullable Consumer<CatchUp> exit;

	/**
	 * Whatever is sent from now on is kept. Guarded by the topic.
	 * @param recent where it is kept
	 * @param exit called when it need not be kept any more, which may be more than once
	 */
	void begins(RecentMessages recent, Consumer<CatchUp> exit) {
		recent.begin();
		this.recent = recent;
		this.exit = exit;
	}

	/**
	 * The history is going to be read. What was sent before is in it, or is older than
	 * the subscriber wants.
	 */
	void reads() {
		RecentMessages recent = this.recent;
		if (recent != null) {
			this.begin = recent.next();
		}
	}

	/**
	 * Reads the history.
	 * @param messages the message in front of the position, and those behind
	 * @throws MissedMessagesException if there were others, which are lost
	 */
	void read(List<ByteBuffer> messages) {
		this.messages = new ArrayList<>();
		this.history = new HashSet<>();
		Map<Long, Long> last = new HashMap<>();
		for (int i = 0; i < messages.size(); i++) {
			TopicEnvelope envelope = TopicEnvelope.of(messages.get(i));
			if (envelope != null) {
				Long before = last.put(envelope.origin().node(), envelope.origin().number());
				if (i > 0) {
					add(envelope, before);
				}
			}
		}
	}

	private void add(TopicEnvelope envelope, @Nullable Long before) {
		MessageOrigin origin = envelope.origin();
		if (envelope.lost() || (before != null && (envelope.previous() > before || origin.number() <= before))) {
			throw new MissedMessagesException("Some messages have not got into the history");
		}
		this.history.add(origin);
		if (envelope.kind() != TopicEnvelope.Kind.NOTHING) {
			TopicMessage message = envelope.message();
			this.messages.add(message);
			this.size += message.size();
		}
	}

	/**
	 * Returns how much is in the history.
	 * @return the size in bytes
	 */
	long size() {
		return this.size;
	}

	/**
	 * The subscriber joins: adds what was sent meanwhile. Guarded by the topic.
	 * @throws MissedMessagesException if that was too much
	 */
	void complete() {
		if (this.recent != null) {
			for (TopicMessage message : this.recent.since(this.begin)) {
				if (!this.history.contains(message.origin())) {
					this.messages.add(message);
				}
			}
			this.history = Set.of();
		}
	}

	/**
	 * Takes the messages out, in their order. Guarded by the topic.
	 */
	List<TopicMessage> take() {
		List<TopicMessage> messages = this.messages;
		this.messages = List.of();
		return messages;
	}

	/**
	 * The subscriber has joined, or never will. May be called from any thread, more than
	 * once.
	 */
	void end() {
		Consumer<CatchUp> exit = this.exit;
		if (exit != null) {
			exit.accept(this);
		}
	}

	/**
	 * Nothing more is kept. Guarded by the topic.
	 */
	void ends() {
		if (this.recent != null) {
			this.recent.end();
			this.recent = null;
			this.exit = null;
		}
	}

}
