package io.github.websockethttp2.client;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.Exceptions;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.Context;

import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketHandler;

/**
 * A socket that is opened again: an attempt, the look at what became of it, and a wait,
 * one after the other.
 */
final class ReconnectingSocket {

	private static final Log logger = LogFactory.getLog(ReconnectingSocket.class);

	private final URI url;

	private final WebSocketHandler handler;

	/** Does the attempt of that number. */
	private final BiFunction<Long, WebSocketHandler, Mono<Void>> execution;

	private final ReconnectPolicy policy;

	private final Outages outages;

	private final Scheduler scheduler;

	private final MonoSink<Void> result;

	private final Disposable.Swap current = Disposables.swap();

	/** How many there have been. */
	private long attempts;

	/** How many there have been in a row without a session that stayed. */
	private long failures;

	ReconnectingSocket(URI url, WebSocketHandler handler, BiFunction<Long, WebSocketHandler, Mono<Void>> execution,
			ReconnectPolicy policy, Outages outages, MonoSink<Void> result) {
		this.url = url;
		this.handler = handler;
		this.execution = execution;
		this.policy = policy;
		this.outages = outages;
		this.scheduler = policy.scheduler().get();
		this.result = result;
	}

	void start() {
		this.result.onDispose(this.current);
		attempt();
	}

	private void attempt() {
		this.attempts++;
		SocketAttempt attempt = new SocketAttempt(this.handler, this.scheduler);
		run(Mono.defer(() -> this.execution.apply(this.attempts, attempt)), (nothing) -> {
		}, (error) -> ended(attempt, error));
	}

	private void ended(SocketAttempt attempt, @Nullable Throwable error) {
		attempt.stopHandler();
		if (!attempt.hasOpened()) {
			decide(error, error);
			return;
		}
		if (attempt.age().compareTo(this.policy.resetAfter()) >= 0) {
			this.failures = 0;
		}
		CloseStatus[] end = new CloseStatus[1];
		run(attempt.end(), (status) -> end[0] = status,
				(none) -> decide(error, (end[0] != null) ? new WebSocketClosedException(end[0], error) : null));
	}

	/**
	 * Decides how it goes on.
	 * @param error the error of the attempt, or {@code null} if it has completed
	 * @param cause why there may be another, or {@code null} if there must not be
	 */
	private void decide(@Nullable Throwable error, @Nullable Throwable cause) {
		if (cause == null || !this.policy.filter().test(cause)) {
			finish(error);
		}
		else if (this.failures >= this.policy.maxAttempts()) {
			finish(Exceptions.retryExhausted("No WebSocket after " + this.failures + " reconnects in a row", cause));
		}
		else {
			this.failures++;
			await(cause);
		}
	}

	private void await(Throwable cause) {
		long now = this.scheduler.now(TimeUnit.MILLISECONDS);
		Duration delay = this.policy.backoff()
			.after(this.failures, RetryAfter.of(cause, now, this.policy.maxRetryAfter()));
		Reconnect reconnect = new Reconnect(this.url, this.attempts + 1, delay, cause);
		this.outages.log(reconnect, now);
		try {
			this.policy.listener().accept(reconnect);
		}
		catch (Throwable ex) {
			logger.warn("A listener of reconnects threw", ex);
		}
		run(Mono.delay(delay, this.scheduler), (tick) -> {
		}, (error) -> {
			if (error != null) {
				finish(error);
			}
			else {
				attempt();
			}
		});
	}

	private void finish(@Nullable Throwable error) {
		if (error != null) {
			this.result.error(error);
		}
		else {
			this.result.success();
		}
	}

	private <T> void run(Mono<T> step, Consumer<T> onValue, Consumer<@Nullable Throwable> onEnd) {
		step.subscribe(new Step<>(onValue, onEnd));
	}

	/**
	 * What is done at present. It can be cancelled before it has begun, and before the
	 * one after it begins.
	 */
	private final class Step<T> extends BaseSubscriber<T> {

		private final Consumer<T> onValue;

		private final Consumer<@Nullable Throwable> onEnd;

		Step(Consumer<T> onValue, Consumer<@Nullable Throwable> onEnd) {
			this.onValue = onValue;
			this.onEnd = onEnd;
		}

		@Override
		public Context currentContext() {
			return Context.of(ReconnectingSocket.this.result.contextView());
		}

		@Override
		protected void hookOnSubscribe(Subscription subscription) {
			if (ReconnectingSocket.this.current.update(this)) {
				subscription.request(Long.MAX_VALUE);
			}
		}

		@Override
		protected void hookOnNext(T value) {
			this.onValue.accept(value);
		}

		@Override
		protected void hookOnComplete() {
			end(null);
		}

		@Override
		protected void hookOnError(Throwable error) {
			end(error);
		}

		private void end(@Nullable Throwable error) {
			try {
				this.onEnd.accept(error);
			}
			catch (Throwable ex) {
				// Such as a filter that throws, after which nobody else would end this
				finish(ex);
			}
		}

	}

}
