package io.github.websockethttp2.topic;

import java.util.Objects;

import io.github.websockethttp2.channel.SharedOutput;
import io.github.websockethttp2.channel.SharedWebSocketMessage;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;

/**
 * A topic of this process, whether or not somebody is in it.
 *
 * @param <T> the type of its messages
 */
final class LocalTopic<T> implements Topic<T> {

	private static final Log logger = LogFactory.getLog(LocalTopic.class);

	private final TopicKey key;

	private final TopicCodec codec;

	/** Of those who name no policy. */
	private final SlowConsumer slowConsumer;

	/** Has the size of policies without one. */
	private final SlowConsumer defaults;

	private final @Nullable EngineTopics elsewhere;

	/**
	 * Create a topic.
	 * @param key finds it
	 * @param codec their codec
	 * @param slowConsumer what happens to subscribers that are slow, if they name no
	 * policy
	 * @param defaults has the size of policies without one
	 * @param elsewhere the topics of other instances, if there are any
	 */
	LocalTopic(TopicKey key, TopicCodec codec, SlowConsumer slowConsumer, SlowConsumer defaults,
			@Nullable EngineTopics elsewhere) {
		this.key = key;
		this.codec = codec;
		this.slowConsumer = slowConsumer;
		this.defaults = defaults;
		this.elsewhere = elsewhere;
	}

	@Override
	public String name() {
		return this.key.name();
	}

	@Override
	public Topic<T> with(SlowConsumer slowConsumer) {
		Objects.requireNonNull(slowConsumer, "No policy");
		return new LocalTopic<>(this.key, this.codec, slowConsumer, this.defaults, this.elsewhere);
	}

	@Override
	public Mono<Delivery> send(T message) {
		Objects.requireNonNull(message, "No message");
		return Mono.defer(() -> {
			if (find(message) == null && this.elsewhere == null) {
				this.codec.discard(message);
				return Mono.just(Delivery.NONE);
			}
			return send(new TopicMessage(message, this.codec.encode(message)));
		});
	}

	private @Nullable LiveTopic find(T message) {
		try {
			return this.key.find();
		}
		catch (RuntimeException ex) {
			this.codec.discard(message);
			throw ex;
		}
	}

	private Mono<Delivery> send(TopicMessage message) {
		while (true) {
			LiveTopic live = this.key.find();
			Mono<Delivery> delivery = (live != null) ? live.send(message, () -> publish(message)) : null;
			if (delivery != null) {
				return delivery;
			}
			if (this.key.whileEmpty(() -> publish(message))) {
				return Mono.just(Delivery.NONE);
			}
		}
	}

	private void publish(TopicMessage message) {
		if (this.elsewhere != null) {
			this.elsewhere.publish(name(), message);
		}
	}

	@Override
	public Mono<Void> subscribe(WebSocketSession session) {
		return subscribe(session, this.slowConsumer);
	}

	@Override
	public Mono<Void> subscribe(WebSocketSession session, SlowConsumer slowConsumer) {
		return subscribe(session, slowConsumer, CatchUp.NONE);
	}

	private Mono<Void> subscribe(WebSocketSession session, SlowConsumer slowConsumer, CatchUp catchUp) {
		SharedOutput output = SharedOutput.of(session);
		return (output != null) ? new TopicSubscription(this.key, terms(slowConsumer), output, catchUp)
				: Mono.defer(() -> sendTo(session, slowConsumer, catchUp));
	}

	@Override
	public Mono<Void> subscribe(WebSocketSession session, TopicPosition position) {
		return subscribe(session, position, this.slowConsumer);
	}

	@Override
	public Mono<Void> subscribe(WebSocketSession session, TopicPosition position, SlowConsumer slowConsumer) {
		return Mono.defer(() -> {
			EngineTopics elsewhere = elsewhere();
			CatchUp catchUp = new CatchUp();
			this.key.join((live) -> live.begins(catchUp));
			return elsewhere.since(name(), position, catchUp::reads)
				.doOnNext(catchUp::read)
				.flatMap((messages) -> join(session, slowConsumer, catchUp, elsewhere))
				.doOnError(MissedMessagesException.class, (ex) -> elsewhere.caughtUp(false))
				.doFinally((signal) -> catchUp.end());
		});
	}

	private Mono<Void> join(WebSocketSession session, SlowConsumer slowConsumer, CatchUp catchUp,
			EngineTopics elsewhere) {
		// Otherwise it would be closed each time that it comes back
		if (slowConsumer.policy() == SlowConsumer.Policy.CLOSE && catchUp.size() > slowConsumer.limit(this.defaults)) {
			return Mono.error(new MissedMessagesException("More has been missed than may wait"));
		}
		elsewhere.caughtUp(true);
		return subscribe(session, slowConsumer, catchUp);
	}

	@Override
	public Mono<TopicPosition> position() {
		// Whoever is sending right now is done once nobody has the topic's lock
		return Mono.defer(() -> elsewhere().position(name())).doOnNext((position) -> subscribers());
	}

	private EngineTopics elsewhere() {
		if (this.elsewhere == null) {
			throw new IllegalStateException("There is no history of the topic '" + name()
					+ "', since no TopicEngine keeps one: use websocket-http2-topics-redis");
		}
		return this.elsewhere;
	}

	/**
	 * Sends the messages as any application does. Not every session's {@code send} ends
	 * with the session, and one that is mocked may have no status.
	 */
	private Mono<Void> sendTo(WebSocketSession session, SlowConsumer slowConsumer, CatchUp catchUp) {
		Flux<WebSocketMessage> messages = messages(session, slowConsumer, catchUp);
		@Nullable Mono<CloseStatus> closed = session.closeStatus();
		return session.send((closed != null) ? messages.takeUntilOther(closed.switchIfEmpty(Mono.never())) : messages);
	}

	@Override
	public Flux<WebSocketMessage> messages(WebSocketSession session) {
		return messages(session, this.slowConsumer);
	}

	@Override
	public Flux<WebSocketMessage> messages(WebSocketSession session, SlowConsumer slowConsumer) {
		return messages(session, slowConsumer, CatchUp.NONE);
	}

	private Flux<WebSocketMessage> messages(WebSocketSession session, SlowConsumer slowConsumer, CatchUp catchUp) {
		@Nullable DataBufferFactory factory = session.bufferFactory();
		DataBufferFactory buffers = (factory != null) ? factory : DefaultDataBufferFactory.sharedInstance;
		return new TopicFlux<>(this.key, terms(slowConsumer),
				(message) -> new SharedWebSocketMessage(message.encoded(), buffers),
				(actual) -> close(session, slowConsumer.status(), actual), catchUp);
	}

	private static void close(WebSocketSession session, CloseStatus status, CoreSubscriber<?> actual) {
		session.close(status).subscribe(null, (ex) -> logger.debug("A slow session cannot be closed: " + ex));
		actual.onComplete();
	}

	@Override
	public Flux<T> messages() {
		return messages(this.slowConsumer);
	}

	@Override
	public Flux<T> messages(SlowConsumer slowConsumer) {
		return new TopicFlux<>(this.key, terms(slowConsumer), this::value,
				(actual) -> actual.onError(Exceptions.failWithOverflow("The subscriber to the topic is too slow")),
				CatchUp.NONE);
	}

	@SuppressWarnings("unchecked")
	private T value(TopicMessage message) {
		return (T) this.key.type().toClass().cast(this.codec.value(message));
	}

	@Override
	public Flux<TopicEvent> events() {
		return (this.elsewhere != null) ? this.elsewhere.events(name()) : Flux.never();
	}

	@Override
	public int subscribers() {
		LiveTopic live = this.key.find();
		return (live != null) ? live.size() : 0;
	}

	private MemberTerms terms(SlowConsumer slowConsumer) {
		return new MemberTerms(slowConsumer.policy(), slowConsumer.limit(this.defaults), slowConsumer.status(),
				this.key.topics().counts());
	}

	@Override
	public String toString() {
		return "Topic[name=" + this.key.name() + ", type=" + this.key.type() + "]";
	}

}
