package io.github.websockethttp2.server;

import java.time.Duration;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;

/**
 * Refuses a handshake with 503 that security, filters and policies have not decided in
 * time, so that undecided handshakes cannot pile up.
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
		Mono<Void> handling = this.delegate.handle(request, response);
		if (!"websocket".equalsIgnoreCase(request.getHeaders().getUpgrade())) {
			return handling;
		}
		Mono<Long> undecided = Mono.delay(this.timeout)
			.flatMap((tick) -> (response.isCommitted()) ? Mono.never() : Mono.just(tick));
		return handling.timeout(undecided, refuse(response));
	}

	private Mono<Void> refuse(ServerHttpResponse response) {
		return Mono.defer(() -> {
			logger.debug("Handshake not decided within " + this.timeout + ": see websocket.http2.handshake-timeout");
			response.setStatusCode(HttpStatus.SERVICE_UNAVAILABLE);
			return response.setComplete();
		});
	}

}
