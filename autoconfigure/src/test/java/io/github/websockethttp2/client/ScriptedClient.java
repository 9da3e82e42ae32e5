package io.github.websockethttp2.client;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.scheduler.VirtualTimeScheduler;

import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.HandshakeInfo;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.adapter.AbstractWebSocketSession;
import org.springframework.web.reactive.socket.client.WebSocketClient;

/**
 * A client without a network, whose attempts go as they are told.
 */
final class ScriptedClient implements WebSocketClient {

	private final Queue<Attempt> attempts = new ArrayDeque<>();

	private final VirtualTimeScheduler time;

	/** When attempts were made, in milliseconds. */
	final List<Long> times = new ArrayList<>();

	/** How many attempts were cancelled. */
	int cancelled;

	ScriptedClient(VirtualTimeScheduler time, Attempt... attempts) {
		this.time = time;
		this.attempts.addAll(List.of(attempts));
	}

	@Override
	public Mono<Void> execute(URI url, WebSocketHandler handler) {
		return execute(url, new HttpHeaders(), handler);
	}

	@Override
	public Mono<Void> execute(URI url, HttpHeaders headers, WebSocketHandler handler) {
		return Mono.defer(() -> {
			this.times.add(Duration.ofNanos(this.time.now(TimeUnit.NANOSECONDS)).toMillis());
			return this.attempts.remove().run(handler, this.time).doOnCancel(() -> this.cancelled++);
		});
	}

	/**
	 * What becomes of an attempt.
	 */
	interface Attempt {

		/** Opens nothing, and does not end. */
		Attempt SILENCE = (handler, time) -> Mono.never();

		/** Stays open until the handler ends. */
		Attempt STAYS = (handler, time) -> run(handler, new Session());

		/** Is lost, which Reactor Netty tells after the messages have completed. */
		Attempt LOST_WITHOUT_STATUS = (handler, time) -> {
			Session session = new Session();
			time.schedule(() -> {
				session.messages.tryEmitEmpty();
				session.status.tryEmitEmpty();
			});
			return run(handler, session);
		};

		static Attempt fails(Throwable error) {
			return (handler, time) -> Mono.error(error);
		}

		static Attempt closes(int code) {
			return closes(code, Duration.ZERO);
		}

		static Attempt closes(int code, Duration after) {
			return (handler, time) -> {
				Session session = new Session();
				time.schedule(() -> {
					session.status.tryEmitValue(new CloseStatus(code));
					session.messages.tryEmitEmpty();
				}, after.toMillis(), TimeUnit.MILLISECONDS);
				return run(handler, session);
			};
		}

		/**
		 * Is lost, and the handler's streams fail with it.
		 */
		static Attempt breaks() {
			return (handler, time) -> {
				Session session = new Session();
				time.schedule(() -> {
					session.status.tryEmitValue(CloseStatus.NO_CLOSE_FRAME);
					session.messages.tryEmitError(new IllegalStateException("lost"));
				});
				return run(handler, session);
			};
		}

		Mono<Void> run(WebSocketHandler handler, VirtualTimeScheduler time);

		/**
		 * As every client does: the session ends with its handler.
		 */
		private static Mono<Void> run(WebSocketHandler handler, Session session) {
			return Mono.defer(() -> handler.handle(session))
				.doOnSuccess((nothing) -> session.status.tryEmitValue(CloseStatus.NORMAL))
				.doOnError((error) -> session.status.tryEmitValue(CloseStatus.SERVER_ERROR));
		}

	}

	/**
	 * A session without a connection.
	 */
	private static final class Session extends AbstractWebSocketSession<Object> {

		private final Sinks.Empty<WebSocketMessage> messages = Sinks.empty();

		private final Sinks.One<CloseStatus> status = Sinks.one();

		Session() {
			super(new Object(), "1",
					new HandshakeInfo(URI.create("ws://localhost/"), new HttpHeaders(), Mono.empty(), null),
					DefaultDataBufferFactory.sharedInstance);
		}

		@Override
		public Flux<WebSocketMessage> receive() {
			return this.messages.asMono().flux();
		}

		@Override
		public Mono<Void> send(Publisher<WebSocketMessage> messages) {
			return Flux.from(messages).then();
		}

		@Override
		public boolean isOpen() {
			return true;
		}

		@Override
		public Mono<Void> close(CloseStatus status) {
			return Mono.fromRunnable(() -> {
				this.status.tryEmitValue(status);
				this.messages.tryEmitEmpty();
			});
		}

		@Override
		public Mono<CloseStatus> closeStatus() {
			return this.status.asMono();
		}

	}

}
