package io.github.websockethttp2.topic;

import java.util.function.Function;

import io.github.websockethttp2.frame.SharedMessage;
import org.jspecify.annotations.Nullable;

/**
 * A message of a topic. Thread-safe.
 */
final class TopicMessage {

	private final SharedMessage encoded;

	private final @Nullable MessageOrigin origin;

	private volatile @Nullable Object value;

	/**
	 * Create a message.
	 * @param value what was sent, or {@code null} if that was another instance
	 * @param encoded the same for sessions
	 * @param origin where it comes from, if other instances get it
	 */
	TopicMessage(@Nullable Object value, SharedMessage encoded, @Nullable MessageOrigin origin) {
		this.value = value;
		this.encoded = encoded;
		this.origin = origin;
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

	SharedMessage encoded() {
		return this.encoded;
	}

	@Nullable MessageOrigin origin() {
		return this.origin;
	}

	TopicMessage withOrigin(MessageOrigin origin) {
		return new TopicMessage(this.value, this.encoded, origin);
	}

	int size() {
		return this.encoded.size();
	}

}
