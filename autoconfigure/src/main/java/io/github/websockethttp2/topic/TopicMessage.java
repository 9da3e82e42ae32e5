package io.github.websockethttp2.topic;

import java.util.function.Function;

import io.github.websockethttp2.frame.SharedMessage;
import org.jspecify.annotations.Nullable;

/**
 * A message of a topic. Thread-safe.
 */
final class TopicMessage {

	private final SharedMessage encoded;

	private volatile @Nullable Object value;

	/** Set before anybody gets it, unless there are no other instances. */
	private @Nullable MessageOrigin origin;

	/**
	 * Create a message.
	 * @param value what was sent, or {@code null} if that was another instance
	 * @param encoded the same for sessions
	 */
	TopicMessage(@Nullable Object value, SharedMessage encoded) {
		this.value = value;
		this.encoded = encoded;
	}

	/**
	 * Returns what was sent. The first call decodes it if that was another instance.
	 * @param decoder decodes it
	 */
	synchronized Object value(Function<SharedMessage, Object> decoder) {
		Object value = this.value;
		if (value == null) {
			value = decoder.apply(this.encoded);
			this.value = value;
		}
		return value;
	}

	/**
	 * Sets where it comes from.
	 */
	void origin(MessageOrigin origin) {
		this.origin = origin;
	}

	@Nullable MessageOrigin origin() {
		return this.origin;
	}

	SharedMessage encoded() {
		return this.encoded;
	}

	int size() {
		return this.encoded.size();
	}

}
