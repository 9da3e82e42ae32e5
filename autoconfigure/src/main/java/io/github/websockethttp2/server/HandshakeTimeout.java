package io.github.websockethttp2.server;

import java.time.Duration;

import io.github.websockethttp2.handshake.RefusalReason;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ResponseStatusException;

/**
 * Refuses a handshake with 503 if security, filters and policies have not decided it in
 * time, so that undecided handshakes cannot pile up. The time includes what they do
 * before the response is committed, such as saving the web session, but not what they do
 * on the event loop before they return. If no timer can be started, the handshake fails.
 * <p>
 * Wraps the {@link ExtendedConnectHttpHandler}, which may cancel the body of an answer
 * unread. Within it, this handler would wait for such a body.
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
		if (!isHandshake(request)) {
			return this.delegate.handle(request, response);
		}
		ExpiringResponse expiring = new ExpiringResponse(response);
		Sinks.One<Boolean> undecided = Sinks.one();
		Disposable.Swap timer = Disposables.swap();
		Mono<Void> decision = this.delegate.handle(request, expiring)
			.timeout(undecided.asMono(), refuse(response))
			.doFinally((signal) -> timer.dispose());
		return Mono.fromDirect((subscriber) -> {
			decision.subscribe(subscriber);
			if (!timer.isDisposed()) {
				// Most are decided by now, and a timer would add much to their cost
				timer.update(startTimer(expiring, undecided));
			}
		});
	}

	private static boolean isHandshake(ServerHttpRequest request) {
		return "websocket".equalsIgnoreCase(request.getHeaders().getUpgrade())
				|| ExtendedConnectHttpHandler.CONNECT.equals(request.getMethod());
	}

	private Disposable startTimer(ExpiringResponse response, Sinks.One<Boolean> undecided) {
		return Mono.delay(this.timeout).subscribe((tick) -> {
			logger.debug("Handshake not decided within " + this.timeout + ": see websocket.http2.handshake-timeout");
			if (response.expire(RefusalReason.TIMEOUT, new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE))) {
				undecided.tryEmitValue(Boolean.TRUE);
			}
		}, (ex) -> {
			if (response.expire(RefusalReason.ERROR, ex)) {
				undecided.tryEmitError(ex);
			}
		});
	}

	private static Mono<Void> refuse(ServerHttpResponse response) {
		return Mono.defer(() -> {
			response.setStatusCode(HttpStatus.SERVICE_UNAVAILABLE);
			return response.setComplete();
		});
	}

}
