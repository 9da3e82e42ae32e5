package io.github.websockethttp2.client;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

import org.springframework.http.HttpHeaders;
import org.springframework.util.Assert;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.client.WebSocketClient;

/**
 * A {@link WebSocketClient} that opens a socket again when it was lost or could not be
 * opened, with a growing and random wait, in the manner of
 * {@link reactor.util.retry.Retry#backoff(long, Duration)}. Another client opens the
 * sockets, and is called for each attempt with the same URL, headers and handler.
 * <p>
 * What has ended for good, ends {@code execute}: with completion where a session was
 * closed or its handler has completed, with the error where the handler has failed in a
 * session that was open, or the server has refused. See {@link #isTransient(Throwable)}
 * for what is not for good. Cancelling {@code execute} ends the session, the attempt or
 * the wait.
 * <p>
 * The handler is called with a new session each time. It finds the number of the attempt
 * in the Reactor context, as {@link #ATTEMPT}. Safe for use from any thread.
 */
public final class ReconnectingWebSocketClient implements WebSocketClient {

	/**
	 * Key in the Reactor context of a handler. Its value is a {@link Long}, the number of
	 * the attempt: 1 for the first, and more where the socket was opened again.
	 */
	public static final String ATTEMPT = ReconnectingWebSocketClient.class.getName() + ".ATTEMPT";

	private final WebSocketClient client;

	private final ReconnectPolicy policy;

	private final Outages outages;

	private ReconnectingWebSocketClient(Builder builder) {
		this.client = builder.client;
		this.policy = builder.policy();
		this.outages = new Outages(this.policy.resetAfter());
	}

	/**
	 * Returns a builder with the defaults.
	 * @param client opens the sockets
	 * @return a new builder
	 */
	public static Builder builder(WebSocketClient client) {
		return new Builder(client);
	}

	/**
	 * Returns whether a socket is opened again by default: after the close statuses 1001,
	 * 1006, 1011, 1012, 1013 and 1014, where a connection was lost, refused or has timed
	 * out, and where a handshake was refused with 429, 502, 503 or 504.
	 * @param error a {@link WebSocketClosedException}, or the error of a socket that
	 * could not be opened
	 * @return whether it is
	 */
	public static boolean isTransient(Throwable error) {
		return TransientErrors.isTransient(error);
	}

	@Override
	public Mono<Void> execute(URI url, WebSocketHandler handler) {
		return execute(url, new HttpHeaders(), handler);
	}

	@Override
	public Mono<Void> execute(URI url, HttpHeaders headers, WebSocketHandler handler) {
		return Mono
			.create((sink) -> new ReconnectingSocket(url, handler,
					(number, attempt) -> this.client.execute(url, headers, attempt)
						.contextWrite((context) -> context.put(ATTEMPT, number)),
					this.policy, this.outages, sink)
				.start());
	}

	/**
	 * Builds clients. Not safe for use from several threads.
	 */
	public static final class Builder {

		private final WebSocketClient client;

		private long maxAttempts = Long.MAX_VALUE;

		private Duration firstBackoff = Duration.ofSeconds(1);

		private Duration maxBackoff = Duration.ofSeconds(30);

		private double jitter = 0.5;

		private Duration maxRetryAfter = Duration.ofMinutes(5);

		private Duration resetAfter = Duration.ofSeconds(30);

		private Predicate<? super Throwable> filter = TransientErrors::isTransient;

		private Supplier<Scheduler> scheduler = Schedulers::parallel;

		private Consumer<Reconnect> listener = (reconnect) -> {
		};

		private Builder(WebSocketClient client) {
			Assert.notNull(client, "A client is needed that opens the sockets");
			this.client = client;
		}

		/**
		 * Sets how often in a row a socket is opened again, until {@code execute} fails
		 * with an error that {@link reactor.core.Exceptions#isRetryExhausted(Throwable)}
		 * knows, and that has the last cause. There is no limit by default: an outage
		 * ends some time, and an attempt each half a minute costs nobody anything.
		 * @param attempts the number; 0 for never
		 * @return this
		 */
		public Builder maxAttempts(long attempts) {
			Assert.isTrue(attempts >= 0, () -> "Must not be negative: " + attempts);
			this.maxAttempts = attempts;
			return this;
		}

		/**
		 * Sets how long the first wait is, before jitter, which doubles each time; 1
		 * second by default. That is less than a restart takes, and enough for a server
		 * not to be hit by all its clients in an instant.
		 * @param backoff the wait
		 * @return this
		 */
		public Builder firstBackoff(Duration backoff) {
			this.firstBackoff = notNegative(backoff);
			return this;
		}

		/**
		 * Sets how long a wait is at most; 30 seconds by default. So long does a user
		 * wait at worst when the server is back.
		 * @param backoff the wait
		 * @return this
		 */
		public Builder maxBackoff(Duration backoff) {
			this.maxBackoff = notNegative(backoff);
			return this;
		}

		/**
		 * Sets which part of a wait is random; 0.5 by default, for waits between half and
		 * one and a half of what they would be. Unlike Reactor's, the first wait can be
		 * shorter for it, so that sockets lost together come back over its whole length.
		 * @param jitter 0 for none, 1 for anything between none and twice the wait
		 * @return this
		 */
		public Builder jitter(double jitter) {
			Assert.isTrue(jitter >= 0 && jitter <= 1, () -> "Must be between 0 and 1: " + jitter);
			this.jitter = jitter;
			return this;
		}

		/**
		 * Sets the longest wait that a server can ask for with {@code Retry-After}; 5
		 * minutes by default. A wait is at least as long as it asks, even if that is more
		 * than the {@link #maxBackoff(Duration) longest backoff}.
		 * @param wait the wait; zero for not to listen to servers
		 * @return this
		 */
		public Builder maxRetryAfter(Duration wait) {
			this.maxRetryAfter = notNegative(wait);
			return this;
		}

		/**
		 * Sets how long a session has to be open until the next wait is the first again;
		 * 30 seconds by default. A server that accepts sockets and closes them at once is
		 * away, too.
		 * @param time the time
		 * @return this
		 */
		public Builder resetAfter(Duration time) {
			this.resetAfter = notNegative(time);
			return this;
		}

		/**
		 * Sets after what a socket is opened again, instead of
		 * {@link ReconnectingWebSocketClient#isTransient(Throwable)}.
		 * @param filter is given a {@link WebSocketClosedException}, or the error of a
		 * socket that could not be opened
		 * @return this
		 */
		public Builder filter(Predicate<? super Throwable> filter) {
			this.filter = filter;
			return this;
		}

		/**
		 * Sets what waits and tells the time; {@link Schedulers#parallel()} by default.
		 * @param scheduler the scheduler
		 * @return this
		 */
		public Builder scheduler(Scheduler scheduler) {
			this.scheduler = () -> scheduler;
			return this;
		}

		/**
		 * Sets what hears of each attempt but the first, before the wait for it.
		 * @param listener must not block
		 * @return this
		 */
		public Builder doBeforeReconnect(Consumer<Reconnect> listener) {
			this.listener = this.listener.andThen(listener);
			return this;
		}

		/**
		 * Builds a client.
		 * @return the client
		 */
		public ReconnectingWebSocketClient build() {
			return new ReconnectingWebSocketClient(this);
		}

		private ReconnectPolicy policy() {
			Backoff backoff = new Backoff(this.firstBackoff, this.maxBackoff, this.jitter,
					() -> ThreadLocalRandom.current().nextDouble());
			Consumer<Reconnect> first = (this.client instanceof Http2WebSocketClient known) ? known::reconnecting
					: (reconnect) -> {
					};
			return new ReconnectPolicy(this.maxAttempts, backoff, this.maxRetryAfter, this.resetAfter, this.filter,
					this.scheduler, first.andThen(this.listener));
		}

		private static Duration notNegative(Duration time) {
			Assert.isTrue(!time.isNegative(), () -> "Must not be negative: " + time);
			return time;
		}

	}

}
