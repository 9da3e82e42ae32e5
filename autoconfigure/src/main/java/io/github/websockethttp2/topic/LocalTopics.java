package io.github.websockethttp2.topic;

import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

import org.springframework.http.codec.HttpMessageWriter;
import org.springframework.util.ClassUtils;

/**
 * The topics of this process. Thread-safe.
 */
public final class LocalTopics implements Topics {

	private final LiveTopics topics;

	private final TopicCodecs codecs;

	private final SlowConsumer slowConsumer;

	/**
	 * Create an instance.
	 * @param writers returns the writers with the encoders of messages
	 * @param slowConsumer what happens to subscribers that are slow, with a size
	 * @param counts counts what becomes of messages
	 */
	public LocalTopics(Supplier<List<HttpMessageWriter<?>>> writers, SlowConsumer slowConsumer, TopicCounts counts) {
		this.topics = new LiveTopics(counts);
		this.codecs = new TopicCodecs(writers);
		this.slowConsumer = slowConsumer;
	}

	@Override
	@SuppressWarnings("unchecked")
	public <T> Topic<T> get(String name, Class<T> type) {
		Objects.requireNonNull(name, "No name");
		Class<T> wrapper = (Class<T>) ClassUtils.resolvePrimitiveIfNecessary(type);
		TopicKey key = new TopicKey(this.topics, name, wrapper);
		key.find();
		return new LocalTopic<>(key, wrapper, this.codecs.of(wrapper), this.slowConsumer);
	}

	/**
	 * Returns what has become of the messages of all topics.
	 */
	TopicCounts getCounts() {
		return this.topics.counts();
	}

	/**
	 * Returns how many topics there are.
	 * @return how many somebody is in
	 */
	int size() {
		return this.topics.size();
	}

}
