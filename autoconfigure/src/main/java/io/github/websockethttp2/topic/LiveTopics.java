package io.github.websockethttp2.topic;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;

/**
 * The topics that somebody is in, by their names. Thread-safe.
 */
final class LiveTopics {

	private final Map<String, LiveTopic> topics = new ConcurrentHashMap<>();

	private final TopicCounts counts;

	private final TopicPresence presence;

	/**
	 * Create an instance.
	 * @param counts counts what happens
	 * @param presence is told who has somebody in it
	 */
	LiveTopics(TopicCounts counts, TopicPresence presence) {
		this.counts = counts;
		this.presence = presence;
	}

	TopicCounts counts() {
		return this.counts;
	}

	/**
	 * Returns a topic, if somebody is in it.
	 */
	@Nullable LiveTopic find(String name) {
		return this.topics.get(name);
	}

	/**
	 * Joins a topic.
	 * @param name the name of the topic
	 * @param type the type of its messages
	 * @param join joins, or returns {@code false} if the topic is gone
	 * @return the topic
	 * @throws IllegalStateException if it has messages of another type
	 */
	LiveTopic join(String name, ResolvableType type, Predicate<LiveTopic> join) {
		while (true) {
			LiveTopic topic = this.topics.computeIfAbsent(name,
					(added) -> new LiveTopic(added, type, this.counts, this.topics::remove, this.presence));
			topic.check(type);
			if (join.test(topic)) {
				return topic;
			}
		}
	}

	/**
	 * Runs a task while nobody is in a topic, and nobody gets in.
	 * @return {@code false} if somebody is in it
	 */
	boolean whileEmpty(String name, Runnable task) {
		return this.topics.compute(name, (key, topic) -> {
			if (topic == null) {
				task.run();
			}
			return topic;
		}) == null;
	}

	int size() {
		return this.topics.size();
	}

}
