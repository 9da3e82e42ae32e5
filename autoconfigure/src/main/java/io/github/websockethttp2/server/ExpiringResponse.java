package io.github.websockethttp2.server;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import io.github.websockethttp2.handshake.DecoratedResponse;
import io.github.websockethttp2.handshake.ObservedHandshake;
import io.github.websockethttp2.handshake.RefusalReason;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.publisher.SynchronousSink;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.web.server.ResponseStatusException;

/**
 * The response to a handshake that has to be decided in time. The application and the
 * timer run on different threads, and each has to win a state before it touches the
 * response. Once the application has begun to commit, the timer no longer answers, but it
 * can make the commit fail until it is done.
 */
final class ExpiringResponse extends ServerHttpResponseDecorator {

	private enum State {

		/** There is no answer yet. */
		UNDECIDED,

		/** There is an answer, but its body has not begun. */
		AWAITING_BODY,

		/** The response is being committed. */
		COMMITTING,

		/** The commit was in time. */
		DECIDED,

		/**
		 * The time was up first. The answer fails, and the application answers with an
		 * error.
		 */
		FAILED,

		/** The time was up first. The timer answers, and nobody else does. */
		REFUSED

	}

	private final AtomicReference<State> state = new AtomicReference<>(State.UNDECIDED);

	/** Terminates the wait for the body. */
	private final Sinks.Empty<Void> bodyExpired = Sinks.empty();

	/**
	 * Terminates the wait for the actions before the commit; with an error, the commit
	 * fails.
	 */
	private final Sinks.Empty<Void> commitExpired = Sinks.empty();

	ExpiringResponse(ServerHttpResponse delegate) {
		super(delegate);
	}

	/**
	 * Begins to commit a response, before its status and headers are set.
	 * @param response a response
	 * @return {@code false} if the timer has answered; the caller is being cancelled
	 */
	static boolean beginCommit(ServerHttpResponse response) {
		ExpiringResponse expiring = DecoratedResponse.find(response, ExpiringResponse.class);
		return expiring == null || expiring.begin(State.COMMITTING);
	}

	private boolean begin(State begun) {
		return this.state.compareAndSet(State.UNDECIDED, begun) || this.state.get() != State.REFUSED;
	}

	/**
	 * The time is up. Has no effect on a committed response.
	 * @param reason why the handshake is refused, for those who observe it
	 * @param cause the error of a commit that has begun
	 * @return whether the caller has to answer, since nobody else does
	 */
	boolean expire(RefusalReason reason, Throwable cause) {
		// In the order in which the states follow each other, so that none is missed
		if (this.state.compareAndSet(State.UNDECIDED, State.REFUSED)) {
			ObservedHandshake.leaveReason(getDelegate(), reason);
			this.commitExpired.tryEmitEmpty();
			return true;
		}
		if (this.state.compareAndSet(State.AWAITING_BODY, State.FAILED)) {
			ObservedHandshake.leaveReason(getDelegate(), reason);
			this.bodyExpired.tryEmitError(cause);
			this.commitExpired.tryEmitEmpty();
		}
		else if (this.state.compareAndSet(State.COMMITTING, State.FAILED)) {
			ObservedHandshake.leaveReason(getDelegate(), reason);
			this.commitExpired.tryEmitError(cause);
		}
		return false;
	}

	@Override
	public void beforeCommit(Supplier<? extends Mono<Void>> action) {
		super.beforeCommit(() -> Mono.firstWithSignal(Mono.defer(action), this.commitExpired.asMono()));
	}

	@Override
	public Mono<Void> setComplete() {
		return Mono.defer(() -> (begins(State.COMMITTING)) ? super.setComplete() : Mono.never());
	}

	@Override
	public Mono<Void> writeWith(Publisher<? extends DataBuffer> body) {
		return Mono.defer(() -> {
			if (begins(State.AWAITING_BODY)) {
				return super.writeWith(inTime(body));
			}
			return (body instanceof Mono<? extends DataBuffer> buffer)
					? buffer.doOnNext(DataBufferUtils::release).then(Mono.never()) : Mono.never();
		});
	}

	@Override
	public Mono<Void> writeAndFlushWith(Publisher<? extends Publisher<? extends DataBuffer>> body) {
		return Mono.defer(() -> (begins(State.AWAITING_BODY)) ? super.writeAndFlushWith(inTime(body)) : Mono.never());
	}

	/**
	 * Begins an answer. All actions before the commit have been added by now, so that the
	 * one added here is the last.
	 */
	private boolean begins(State begun) {
		boolean begins = begin(begun);
		if (begins) {
			// Deferred: Spring calls all suppliers before it subscribes to the first
			super.beforeCommit(() -> Mono.defer(() -> (decide()) ? Mono.empty() : this.commitExpired.asMono()));
		}
		return begins;
	}

	private boolean decide() {
		return this.state.compareAndSet(State.COMMITTING, State.DECIDED)
				|| this.state.compareAndSet(State.AWAITING_BODY, State.DECIDED) || this.state.get() == State.DECIDED;
	}

	private <T> Publisher<T> inTime(Publisher<T> body) {
		if (this.state.get() == State.FAILED) {
			return body;
		}
		if (body instanceof Mono<T> mono) {
			return Mono.firstWithSignal(mono.handle(this::bodyBegins), this.bodyExpired.asMono().then(Mono.never()));
		}
		return Flux.firstWithSignal(Flux.from(body).handle(this::bodyBegins),
				this.bodyExpired.asMono().then(Mono.never()));
	}

	/**
	 * Decides by the state and not by the first signal, which could leak a buffer.
	 */
	private <T> void bodyBegins(T part, SynchronousSink<T> sink) {
		if (this.state.compareAndSet(State.AWAITING_BODY, State.COMMITTING) || this.state.get() != State.FAILED) {
			sink.next(part);
		}
		else {
			if (part instanceof DataBuffer buffer) {
				DataBufferUtils.release(buffer);
			}
			sink.error(new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE));
		}
	}

}
