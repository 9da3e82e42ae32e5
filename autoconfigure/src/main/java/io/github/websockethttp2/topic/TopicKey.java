package io.github.websockethttp2.topic;

import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;

/**
 * Finds a topic, if somebody is in it.
 *
 * @param topics the topics
 * @param name the name of the topic
 * @param type the type of its messages
 */
record TopicKey(LiveTopics topics, String name, ResolvableType type) {

	/**
	 * Returns the topic, if somebody is in it.
	 * @throws IllegalStateException if it has messages of another type
	 */
	@Nullable LiveTopic find() {
		LiveTopic live = this.topics.find(this.name);
		if (live != null) {
			live.check(this.type);
		}
		return live;
	}

	/**
	 * Runs a task while nobody is in the topic, and nobody gets in.
	 * @return {@code false} if somebody is in it
	 */
	boolean whileEmpty(Runnable task) {
		return this.topics.whileEmpty(this.name, task);
	}

	/**
	 * Joins the topic.
	 * @param join joins, or returns {@code false} if the topic is gone
	 * @return the topic
	 * @throws IllegalStateException if it has messages of another type
	 */
	LiveTopic join(Predicate<LiveTopic> join) {
		return this.topics.join(this.name, this.type, join);
	}

}
