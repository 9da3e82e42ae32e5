package io.github.websockethttp2.topic;

import io.github.websockethttp2.frame.SharedMessage;

/**
 * A message of a topic.
 *
 * @param value what was sent
 * @param encoded the same for sessions
 */
record TopicMessage(Object value, SharedMessage encoded) {

	int size() {
		return this.encoded.size();
	}

}
