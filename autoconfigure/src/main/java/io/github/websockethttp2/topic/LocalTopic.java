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

	private final Class<T> type;

	private final TopicCodec codec;

	private final SlowConsumer defaults;

	LocalTopic(TopicKey key, Class<T> type, TopicCodec codec, SlowConsumer defaults) {
		this.key = key;
		this.type = type;
		this.codec = codec;
		this.defaults = defaults;
	}

	@Override
	public String name() {
		return this.key.name();
	}

	@Override
	public Mono<Delivery> send(T message) {
		Objects.requireNonNull(message, "No message");
		return Mono.defer(() -> {
			LiveTopic live = this.key.find();
			if (live == null) {
				this.codec.discard(message);
				return Mono.just(Delivery.NONE);
			}
			return live.send(new TopicMessage(message, this.codec.encode(message)));
		});
	}

	@Override
	public Mono<Void> subscribe(WebSocketSession session) {
		return subscribe(session, this.defaults);
	}

	@Override
	public Mono<Void> subscribe(WebSocketSession session, SlowConsumer slowConsumer) {
		SharedOutput output = SharedOutput.of(session);
		return (output != null) ? new TopicSubscription(this.key, terms(slowConsumer), output)
				: Mono.defer(() -> sendTo(session, slowConsumer));
	}

	/**
	 * Sends the messages as any application does. Not every session's {@code send} ends
	 * with the session, and one that is mocked may have no status.
	 */
	private Mono<Void> sendTo(WebSocketSession session, SlowConsumer slowConsumer) {
		Flux<WebSocketMessage> messages = messages(session, slowConsumer);
		@Nullable Mono<CloseStatus> closed = session.closeStatus();
		return session.send((closed != null) ? messages.takeUntilOther(closed.switchIfEmpty(Mono.never())) : messages);
	}

	@Override
	public Flux<WebSocketMessage> messages(WebSocketSession session) {
		return messages(session, this.defaults);
	}

	@Override
	public Flux<WebSocketMessage> messages(WebSocketSession session, SlowConsumer slowConsumer) {
		@Nullable DataBufferFactory factory = session.bufferFactory();
		DataBufferFactory buffers = (factory != null) ? factory : DefaultDataBufferFactory.sharedInstance;
		return new TopicFlux<>(this.key, terms(slowConsumer),
				(message) -> new SharedWebSocketMessage(message.encoded(), buffers),
				(actual) -> close(session, slowConsumer.status(), actual));
	}

	private static void close(WebSocketSession session, CloseStatus status, CoreSubscriber<?> actual) {
		session.close(status).subscribe(null, (ex) -> logger.debug("A slow session cannot be closed: " + ex));
		actual.onComplete();
	}

	@Override
	public Flux<T> messages() {
		return messages(this.defaults);
	}

	@Override
	public Flux<T> messages(SlowConsumer slowConsumer) {
		return new TopicFlux<>(this.key, terms(slowConsumer), (message) -> this.type.cast(this.codec.value(message)),
				(actual) -> actual.onError(Exceptions.failWithOverflow("The subscriber to the topic is too slow")));
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
		return "Topic[name=" + this.key.name() + ", type=" + this.type.getName() + "]";
	}

}
