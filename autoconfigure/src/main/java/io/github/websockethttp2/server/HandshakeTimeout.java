package io.github.websockethttp2.server;

import java.time.Duration;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.web.server.ResponseStatusException;

/**
 * Refuses a handshake with 503 that security, filters and policies have not decided in
 * time, so that undecided handshakes cannot pile up. What they do before the response is
 * committed, such as saving the web session, counts as well; what they do on the event
 * loop before they return does not. A handshake that cannot be timed fails.
 */
public final class HandshakeTimeout implements HttpHandler {

	private static final Log logger = LogFactory.getLog(HandshakeTimeout.class);

	private final HttpHandler delegate;

	private final Duration timeout;

	/**
	 * Create a handler.
	 * @param delegate decides handshakes
	 * @param timeout how long it has
	 */
	public HandshakeTimeout(HttpHandler delegate, Duration timeout) {
		this.delegate = delegate;
		this.timeout = timeout;
	}

	@Override
	public Mono<Void> handle(ServerHttpRequest request, ServerHttpResponse response) {
		if (!"websocket".equalsIgnoreCase(request.getHeaders().getUpgrade())) {
			return this.delegate.handle(request, response);
		}
		Sinks.One<Boolean> undecided = Sinks.one();
		Sinks.Empty<Void> expired = Sinks.empty();
		Disposable.Swap timer = Disposables.swap();
		Mono<Void> decision = this.delegate
			.handle(request,
					new ExpiringResponse(response,
							expired.asMono().doOnError(ResponseStatusException.class, this::log)))
			.timeout(undecided.asMono(), refuse(response))
			.doFinally((signal) -> timer.dispose());
		return Mono.fromDirect((subscriber) -> {
			decision.subscribe(subscriber);
			if (!timer.isDisposed()) {
				// Most are decided by now, and a timer would be a good part of their cost
				timer.update(startTimer(response, undecided, expired));
			}
		});
	}

	private Disposable startTimer(ServerHttpResponse response, Sinks.One<Boolean> undecided,
			Sinks.Empty<Void> expired) {
		return Mono.delay(this.timeout).subscribe((tick) -> {
			if (!response.isCommitted()) {
				undecided.tryEmitValue(Boolean.TRUE);
			}
			else {
				// If it is being committed, that fails; if it has been, nothing does
				expired.tryEmitError(new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE));
			}
		}, (ex) -> {
			if (!response.isCommitted()) {
				undecided.tryEmitError(ex);
			}
			else {
				expired.tryEmitError(ex);
			}
		});
	}

	private Mono<Void> refuse(ServerHttpResponse response) {
		return Mono.defer(() -> {
			log(null);
			response.setStatusCode(HttpStatus.SERVICE_UNAVAILABLE);
			return response.setComplete();
		});
	}

	private void log(@Nullable Throwable ex) {
		logger.debug("Handshake not decided within " + this.timeout + ": see websocket.http2.handshake-timeout");
	}

	/**
	 * A response that cannot be committed for ever.
	 */
	private static final class ExpiringResponse extends ServerHttpResponseDecorator {

		private final Mono<Void> expired;

		ExpiringResponse(ServerHttpResponse delegate, Mono<Void> expired) {
			super(delegate);
			this.expired = expired;
		}

		@Override
		public void beforeCommit(Supplier<? extends Mono<Void>> action) {
			super.beforeCommit(() -> Mono.firstWithSignal(Mono.defer(action), this.expired));
		}

	}

}
