package io.github.websockethttp2.client;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketSession;
import org.springframework.web.reactive.socket.adapter.ReactorNettyWebSocketSession;

/**
 * One attempt to have a socket. Sees what became of its session without a subscription to
 * the session while that is open.
 */
final class SocketAttempt implements WebSocketHandler {

	/** For clients that never tell. */
	private static final Duration STATUS_TIMEOUT = Duration.ofSeconds(5);

	private final WebSocketHandler handler;

	private final Scheduler scheduler;

	private volatile @Nullable WebSocketSession session;

	private volatile long openedAt;

	private volatile @Nullable Subscription handling;

	/** Whether the handler has ended, and the session had not. */
	private volatile boolean endedByHandler;

	SocketAttempt(WebSocketHandler handler, Scheduler scheduler) {
		this.handler = handler;
		this.scheduler = scheduler;
	}

	@Override
	public List<String> getSubProtocols() {
		return this.handler.getSubProtocols();
	}

	@Override
	public Mono<Void> handle(WebSocketSession session) {
		this.session = session;
		this.openedAt = now();
		this.endedByHandler = true;
		Mono<Void> handling = this.handler.handle(session);
		this.endedByHandler = false;
		return handling.doOnSubscribe((subscription) -> this.handling = subscription).doOnTerminate(() -> {
			this.handling = null;
			this.endedByHandler = !hasEnded(session);
		});
	}

	/**
	 * Returns whether the status is known, as it is when a session ends before its
	 * handler.
	 */
	private static boolean hasEnded(WebSocketSession session) {
		AtomicBoolean ended = new AtomicBoolean();
		session.closeStatus()
			.subscribe((status) -> ended.set(true), (error) -> ended.set(true), () -> ended.set(true))
			.dispose();
		return ended.get();
	}

	boolean hasOpened() {
		return this.session != null;
	}

	/**
	 * Returns for how long the session has been open.
	 */
	Duration age() {
		return Duration.ofMillis(now() - this.openedAt);
	}

	private long now() {
		return this.scheduler.now(TimeUnit.MILLISECONDS);
	}

	/**
	 * The attempt is over. A handler that goes on would do so beside the next.
	 */
	void stopHandler() {
		Subscription handling = this.handling;
		if (handling != null) {
			handling.cancel();
		}
	}

	/**
	 * Returns what the session ended with.
	 * @return the status, or none if it was the handler that ended it
	 */
	Mono<CloseStatus> end() {
		WebSocketSession session = this.session;
		if (session == null) {
			return Mono.empty();
		}
		return session.closeStatus()
			.map(Optional::of)
			.timeout(STATUS_TIMEOUT, Mono.empty(), this.scheduler)
			.onErrorComplete()
			.defaultIfEmpty(Optional.empty())
			.flatMap((status) -> Mono.justOrEmpty(ofSession(session, status.orElse(null))));
	}

	private @Nullable CloseStatus ofSession(WebSocketSession session, @Nullable CloseStatus status) {
		if (status == null) {
			// What Reactor Netty's has where the connection was lost
			return CloseStatus.NO_CLOSE_FRAME;
		}
		// That one has this status where its handler has stopped reading
		boolean stoppedReading = session instanceof ReactorNettyWebSocketSession
				&& status.getCode() == CloseStatus.NO_CLOSE_FRAME.getCode();
		return (this.endedByHandler || stoppedReading) ? null : status;
	}

}
