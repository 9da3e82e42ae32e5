package io.github.websockethttp2.topic;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

import io.github.websockethttp2.frame.SharedMessage;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/**
 * Topics of other instances. One is subscribed to while somebody here is in it, and a
 * while longer. Thread-safe.
 */
final class EngineTopics implements TopicPresence {

	private final ConcurrentMap<String, EngineTopic> topics = new ConcurrentHashMap<>();

	private final TopicEngine engine;

	private final EngineCounts counts;

	private final EnginePublisher publisher;

	private final BiConsumer<String, TopicMessage> target;

	private final Duration linger;

	/**
	 * Create an instance.
	 * @param engine connects the instances
	 * @param counts counts what happens
	 * @param target takes messages of other instances
	 * @param linger how long a topic stays subscribed to that nobody is in
	 */
	EngineTopics(TopicEngine engine, EngineCounts counts, BiConsumer<String, TopicMessage> target, Duration linger) {
		this.engine = engine;
		this.counts = counts;
		this.publisher = new EnginePublisher(engine, counts);
		this.target = target;
		this.linger = linger;
	}

	/**
	 * Publishes a message to other instances.
	 */
	void publish(String name, SharedMessage message) {
		this.publisher.publish(name, message);
	}

	/**
	 * Returns what happens to a topic, which is subscribed to as long.
	 */
	Flux<TopicEvent> events(String name) {
		return Flux.create((sink) -> {
			EngineTopic topic = use(name);
			topic.add(sink);
			// At once, if that has cancelled it
			sink.onDispose(() -> {
				topic.remove(sink);
				empty(name);
			});
		});
	}

	@Override
	public void occupied(String name) {
		use(name);
	}

	private EngineTopic use(String name) {
		return this.topics.compute(name, (key, known) -> {
			EngineTopic topic = known;
			if (topic == null) {
				topic = new EngineTopic(name, this.publisher.node(), this.counts,
						(message) -> this.target.accept(name, message));
				topic.start(this.engine);
			}
			topic.uses();
			return topic;
		});
	}

	@Override
	public void empty(String name) {
		this.topics.computeIfPresent(name, (key, topic) -> {
			if (topic.usesNot()) {
				topic.lingers(Schedulers.parallel()
					.schedule(() -> expire(name, topic), this.linger.toMillis(), TimeUnit.MILLISECONDS));
			}
			return topic;
		});
	}

	private void expire(String name, EngineTopic expired) {
		this.topics.computeIfPresent(name, (key, topic) -> {
			if (topic == expired && !topic.isUsed()) {
				topic.stop();
				return null;
			}
			return topic;
		});
	}

	void close() {
		this.publisher.close();
		this.topics.values().forEach(EngineTopic::stop);
		this.topics.clear();
	}

}
