package io.github.websockethttp2.topic;

import java.nio.ByteBuffer;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Carries the messages of topics between the instances of an application. A bean, with
 * which {@link Topics} reach all instances. What it carries is bytes, which only the
 * topics understand: who has sent a message, and which one was before. Whatever it loses
 * is noticed by that, or signalled by {@link TopicSignal.Gap}. Thread-safe.
 */
public interface TopicEngine {

	/**
	 * Publishes a message to all instances that have subscribed to the topic, this one
	 * included. Messages are published in the order in which they are subscribed to.
	 * Called with a lock of the topic held, so signals have to come on another thread.
	 * @param topic the name of the topic
	 * @param message the message
	 * @return completes once the message is on its way; fails soon if that cannot be, if
	 * it is not known, or if too many others are. Subscribing does not block
	 */
	Mono<Void> publish(String topic, ByteBuffer message);

	/**
	 * Subscribes to a topic. Subscribing does not block. Called with a lock of the topic
	 * held, so messages have to come on another thread.
	 * @param topic the name of the topic
	 * @return what happens, one signal after the other: {@link TopicSignal.Up} or
	 * {@link TopicSignal.Down} first, never a terminal signal. Unsubscribes when
	 * cancelled
	 */
	Flux<TopicSignal> subscribe(String topic);

	/**
	 * Returns whether messages can be published.
	 * @return {@code false} while the other instances cannot be reached
	 */
	boolean isUp();

	/**
	 * Returns the history of the topics.
	 * @return the history
	 * @throws RuntimeException if the engine keeps none, with a message that says what to
	 * do about it
	 */
	default TopicHistory history() {
		throw new UnsupportedOperationException(getClass().getName() + " keeps no history of topics");
	}

}
