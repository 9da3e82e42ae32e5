package io.github.websockethttp2.topic;

import java.nio.ByteBuffer;
import java.util.List;

import reactor.core.publisher.Mono;

/**
 * The last messages of topics, as a {@link TopicEngine} keeps them. An answer comes on
 * the thread of the signals of the topic, between them: a message that is in the answer
 * has been signalled before, or is not signalled at all. It has what has been published
 * by the same instance before it was asked for. Thread-safe.
 */
public interface TopicHistory {

	/**
	 * Returns where the topic is now.
	 * @param topic the name of the topic, which is subscribed to
	 * @return the position behind the last message; fails if it cannot be found out
	 */
	Mono<TopicPosition> position(String topic);

	/**
	 * Returns what was published since.
	 * @param topic the name of the topic, which is subscribed to
	 * @param position where to begin
	 * @return what was published last before the position, or any bytes if nothing was,
	 * and the messages behind it in the order in which they were published. Empty if
	 * there may have been others: the position is too old, of a history that has been
	 * lost, or none at all. Fails if it cannot be found out
	 */
	Mono<List<ByteBuffer>> since(String topic, TopicPosition position);

}
