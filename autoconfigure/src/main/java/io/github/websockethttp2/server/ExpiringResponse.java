package io.github.websockethttp2.server;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

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
 * The response to a handshake that has to be decided in time. Those who decide and the
 * timer run on threads of their own, and each must win a state before it touches the
 * response: whoever begins to commit it keeps the timer from answering, and the timer,
 * until the commit is done, can still make it fail.
 */
final class ExpiringResponse extends ServerHttpResponseDecorator {

	private enum State {

		/** Nobody has begun to answer. */
		UNDECIDED,

		/** There is an answer, whose body has not begun. */
		AWAITING_BODY,

		/** The response is being committed. */
		COMMITTING,

		/** The commit came first. */
		DECIDED,

		/** The answer fails, and who was at it answers with an error. */
		FAILED,

		/** The timer answers, and nobody else does. */
		REFUSED

	}

	private final AtomicReference<State> state = new AtomicReference<>(State.UNDECIDED);

	/** Ends the wait for the body. */
	private final Sinks.Empty<Void> bodyExpired = Sinks.empty();

	/** Ends the wait for what runs before the commit, and the commit if that fails. */
	private final Sinks.Empty<Void> commitExpired = Sinks.empty();

	ExpiringResponse(ServerHttpResponse delegate) {
		super(delegate);
	}

	/**
	 * Begins to commit a response, before its status and headers are set.
	 * @param response a response
	 * @return whether it may be committed; if not, it has been refused, and who asks is
	 * being cancelled
	 */
	static boolean beginCommit(ServerHttpResponse response) {
		ServerHttpResponse current = response;
		while (current instanceof ServerHttpResponseDecorator decorator) {
			if (current instanceof ExpiringResponse expiring) {
				return expiring.begin(State.COMMITTING);
			}
			current = decorator.getDelegate();
		}
		return true;
	}

	private boolean begin(State begun) {
		return this.state.compareAndSet(State.UNDECIDED, begun) || this.state.get() != State.REFUSED;
	}

	/**
	 * The time is up. Has no effect on a response that is committed.
	 * @param cause what a commit that is under way fails with
	 * @return whether the caller is to answer, since nobody else does
	 */
	boolean expire(Throwable cause) {
		// In the order in which one follows the other, so that none is missed
		if (this.state.compareAndSet(State.UNDECIDED, State.REFUSED)) {
			this.commitExpired.tryEmitEmpty();
			return true;
		}
		if (this.state.compareAndSet(State.AWAITING_BODY, State.FAILED)) {
			this.bodyExpired.tryEmitError(cause);
			this.commitExpired.tryEmitEmpty();
		}
		else if (this.state.compareAndSet(State.COMMITTING, State.FAILED)) {
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
	 * An answer begins. Whoever gives it has set all that runs before the commit, so that
	 * what is added here is the end of that.
	 */
	private boolean begins(State begun) {
		boolean begins = begin(begun);
		if (begins) {
			// Deferred, since Spring asks for all before it runs the first
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
	 * By the state and not by who signals first, which would lose a buffer.
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
