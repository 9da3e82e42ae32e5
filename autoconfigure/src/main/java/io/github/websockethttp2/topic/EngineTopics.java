package io.github.websockethttp2.topic;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Topics of other instances. One is subscribed to while somebody here is in it, and a
 * while longer. Thread-safe.
 */
final class EngineTopics implements TopicPresence {

	/** Many may ask at once, and messages may be missed meanwhile. */
	private static final Duration LONGEST_QUESTION = Duration.ofSeconds(30);

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
	void publish(String name, TopicMessage message) {
		message.origin(this.publisher.publish(name, message.encoded()));
	}

	/**
	 * Returns where a topic is now. Comes when all that was sent before has been passed
	 * on here.
	 */
	Mono<TopicPosition> position(String name) {
		return Mono.defer(() -> {
			TopicHistory history = this.engine.history();
			return whileUp(name, () -> history.position(name));
		});
	}

	/**
	 * Returns what was sent to a topic since a position. Comes when all of that has been
	 * passed on here that is going to be.
	 * @param name the name of the topic
	 * @param position where to begin
	 * @param onRead runs before the history is read, when all that was published before
	 * has been passed on. May run again
	 * @return the message in front of the position, and those behind; fails with a
	 * {@link MissedMessagesException} if there may have been others
	 */
	Mono<List<ByteBuffer>> since(String name, TopicPosition position, Runnable onRead) {
		return Mono.defer(() -> {
			TopicHistory history = this.engine.history();
			return whileUp(name, () -> since(history, name, position, onRead)).onErrorMap(
					(ex) -> !(ex instanceof MissedMessagesException),
					(ex) -> new MissedMessagesException("The history cannot be read: " + ex.getMessage(), ex));
		});
	}

	/**
	 * Messages of this instance that could not be published were delivered here, and are
	 * not in the history.
	 */
	private Mono<List<ByteBuffer>> since(TopicHistory history, String name, TopicPosition position, Runnable onRead) {
		boolean incomplete = this.publisher.hasLost(name);
		long losses = this.publisher.losses(name);
		return history.position(name)
			.doOnNext((now) -> onRead.run())
			.then(Mono.defer(() -> history.since(name, position)))
			.filter((messages) -> !incomplete && this.publisher.losses(name) == losses)
			.switchIfEmpty(Mono.error(() -> new MissedMessagesException("Not all is in the history since")));
	}

	/**
	 * Asks while other instances are reached, and again if messages are missed meanwhile.
	 */
	private <R> Mono<R> whileUp(String name, Supplier<Mono<R>> question) {
		return using(name,
				(topic) -> topic.events()
					.switchMap((event) -> (event != TopicEvent.DOWN) ? topic.ask(question) : isDown()))
			.next()
			.timeout(LONGEST_QUESTION);
	}

	private static <R> Mono<R> isDown() {
		return Mono.error(() -> new IllegalStateException("Other instances cannot be reached"));
	}

	/**
	 * Returns what happens to a topic, which is subscribed to as long.
	 */
	Flux<TopicEvent> events(String name) {
		return using(name, EngineTopic::events);
	}

	private <R> Flux<R> using(String name, Function<EngineTopic, Flux<R>> source) {
		return Flux.using(() -> use(name), source, (topic) -> empty(name));
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

	/**
	 * Somebody has caught up with a topic, or cannot.
	 */
	void caughtUp(boolean successfully) {
		this.counts.replay(successfully);
	}

	void close() {
		this.publisher.close();
		this.topics.values().forEach(EngineTopic::stop);
		this.topics.clear();
	}

}
