package io.github.websockethttp2.topic;

import java.util.Objects;

/**
 * A place in the history of a topic, between two of its messages. It may be given to
 * clients, who bring it back to get what they have missed since. Any text is a position:
 * one that is in no history is told from others when messages are to be sent since.
 *
 * @param value what clients get, a few dozen characters of ASCII. What they bring back
 * may be anything
 */
public record TopicPosition(String value) {

	/**
	 * Create a position.
	 * @param value what a client has got before
	 */
	public TopicPosition {
		Objects.requireNonNull(value, "No position");
	}

	@Override
	public String toString() {
		return this.value;
	}

}
