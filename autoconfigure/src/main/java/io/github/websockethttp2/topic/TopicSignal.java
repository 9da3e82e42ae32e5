package io.github.websockethttp2.topic;

import java.nio.ByteBuffer;

/**
 * What a {@link TopicEngine} has to say about a topic.
 */
public sealed interface TopicSignal {

	/**
	 * A message has come. It may be one of this instance.
	 *
	 * @param bytes what was published
	 */
	record Message(ByteBuffer bytes) implements TopicSignal {
	}

	/**
	 * Messages come from now on.
	 */
	record Up() implements TopicSignal {
	}

	/**
	 * No messages come until the next {@link Up}.
	 */
	record Down() implements TopicSignal {
	}

	/**
	 * Messages may have been missed.
	 */
	record Gap() implements TopicSignal {
	}

}
