package io.github.websockethttp2.observation;

import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;

import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.HandshakeInfo;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;

/**
 * A session whose messages are observed: those received while the subscriber is called
 * with them, those sent when they are handed over.
 */
final class ObservedSession implements WebSocketSession {

	private final WebSocketSession delegate;

	private final GuardedMeters guarded;

	private final BiFunction<MessageObservationContext.Direction, WebSocketMessage, Observation> observations;

	/**
	 * Create an observed session.
	 * @param delegate the session
	 * @param guarded keeps from the session what an observation throws
	 * @param observations creates the observation of a message
	 */
	ObservedSession(WebSocketSession delegate, GuardedMeters guarded,
			BiFunction<MessageObservationContext.Direction, WebSocketMessage, Observation> observations) {
		this.delegate = delegate;
		this.guarded = guarded;
		this.observations = observations;
	}

	@Override
	public Flux<WebSocketMessage> receive() {
		return this.delegate.receive()
			.transform(Operators.<WebSocketMessage, WebSocketMessage>lift((scannable, actual) -> new Receiver(actual)));
	}

	@Override
	public Mono<Void> send(Publisher<WebSocketMessage> messages) {
		return this.delegate.send((messages instanceof Mono<WebSocketMessage> message) ? message.doOnNext(this::sent)
				: Flux.from(messages).doOnNext(this::sent));
	}

	private void sent(WebSocketMessage message) {
		this.guarded
			.call(() -> this.observations.apply(MessageObservationContext.Direction.SENT, message).start().stop());
	}

	@Override
	public String getId() {
		return this.delegate.getId();
	}

	@Override
	public HandshakeInfo getHandshakeInfo() {
		return this.delegate.getHandshakeInfo();
	}

	@Override
	public DataBufferFactory bufferFactory() {
		return this.delegate.bufferFactory();
	}

	@Override
	public Map<String, Object> getAttributes() {
		return this.delegate.getAttributes();
	}

	@Override
	public boolean isOpen() {
		return this.delegate.isOpen();
	}

	@Override
	public Mono<Void> close(CloseStatus status) {
		return this.delegate.close(status);
	}

	@Override
	public Mono<CloseStatus> closeStatus() {
		return this.delegate.closeStatus();
	}

	@Override
	public WebSocketMessage textMessage(String payload) {
		return this.delegate.textMessage(payload);
	}

	@Override
	public WebSocketMessage binaryMessage(Function<DataBufferFactory, DataBuffer> payloadFactory) {
		return this.delegate.binaryMessage(payloadFactory);
	}

	@Override
	public WebSocketMessage pingMessage(Function<DataBufferFactory, DataBuffer> payloadFactory) {
		return this.delegate.pingMessage(payloadFactory);
	}

	@Override
	public WebSocketMessage pongMessage(Function<DataBufferFactory, DataBuffer> payloadFactory) {
		return this.delegate.pongMessage(payloadFactory);
	}

	@Override
	public String toString() {
		return this.delegate.toString();
	}

	/**
	 * Passes messages on, each in the scope of its observation.
	 */
	private final class Receiver implements CoreSubscriber<WebSocketMessage> {

		private final CoreSubscriber<? super WebSocketMessage> actual;

		Receiver(CoreSubscriber<? super WebSocketMessage> actual) {
			this.actual = actual;
		}

		@Override
		public Context currentContext() {
			return this.actual.currentContext();
		}

		@Override
		public void onSubscribe(Subscription subscription) {
			this.actual.onSubscribe(subscription);
		}

		@Override
		public void onNext(WebSocketMessage message) {
			Observation.Scope scope = open(message);
			try {
				this.actual.onNext(message);
			}
			catch (Throwable ex) {
				close(scope, ex);
				throw ex;
			}
			close(scope, null);
		}

		private Observation.@Nullable Scope open(WebSocketMessage message) {
			return ObservedSession.this.guarded.get(
					() -> ObservedSession.this.observations.apply(MessageObservationContext.Direction.RECEIVED, message)
						.start()
						.openScope());
		}

		private void close(Observation.@Nullable Scope scope, @Nullable Throwable error) {
			if (scope != null) {
				ObservedSession.this.guarded.call(() -> {
					Observation observation = scope.getCurrentObservation();
					if (error != null) {
						observation.error(error);
					}
					scope.close();
					observation.stop();
				});
			}
		}

		@Override
		public void onError(Throwable error) {
			this.actual.onError(error);
		}

		@Override
		public void onComplete() {
			this.actual.onComplete();
		}

	}

}
