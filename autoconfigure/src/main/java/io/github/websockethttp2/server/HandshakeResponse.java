package io.github.websockethttp2.server;

import io.github.websockethttp2.session.WebSocketTransport;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;

/**
 * The response to a handshake over HTTP/2: an upgrade, or an error. A filter or a handler
 * that answers by itself with a 2xx would tell the client that its socket is open, so
 * that its answer becomes a 404.
 */
final class HandshakeResponse extends ServerHttpResponseDecorator {

	private final WebSocketTransport transport;

	private volatile boolean upgrading;

	HandshakeResponse(ServerHttpResponse delegate, WebSocketTransport transport) {
		super(delegate);
		this.transport = transport;
	}

	/**
	 * Finds the response to a handshake over HTTP/2 under the decorators of filters.
	 * @param response a response
	 * @return the handshake's response, or {@code null} if it is any other response
	 */
	static @Nullable HandshakeResponse of(ServerHttpResponse response) {
		ServerHttpResponse current = response;
		while (current instanceof ServerHttpResponseDecorator decorator) {
			if (current instanceof HandshakeResponse handshakeResponse) {
				return handshakeResponse;
			}
			current = decorator.getDelegate();
		}
		return null;
	}

	WebSocketTransport transport() {
		return this.transport;
	}

	/**
	 * From here on a success is false again, until {@link #upgrading()} is called.
	 */
	void deciding() {
		this.upgrading = false;
	}

	/**
	 * From here on the response is in the hands of whoever upgrades it.
	 */
	void upgrading() {
		this.upgrading = true;
	}

	@Override
	public Mono<Void> writeWith(Publisher<? extends DataBuffer> body) {
		return (isFalseSuccess()) ? refuse(Flux.from(body)) : super.writeWith(body);
	}

	@Override
	public Mono<Void> writeAndFlushWith(Publisher<? extends Publisher<? extends DataBuffer>> body) {
		return (isFalseSuccess()) ? refuse(Flux.empty()) : super.writeAndFlushWith(body);
	}

	@Override
	public Mono<Void> setComplete() {
		return (isFalseSuccess()) ? refuse(Flux.empty()) : super.setComplete();
	}

	private boolean isFalseSuccess() {
		HttpStatusCode status = getStatusCode();
		return (!this.upgrading && !isCommitted() && (status == null || status.is2xxSuccessful()));
	}

	private Mono<Void> refuse(Flux<? extends DataBuffer> body) {
		setStatusCode(HttpStatus.NOT_FOUND);
		getHeaders().clearContentHeaders();
		getHeaders().setContentLength(0);
		return body.doOnNext(DataBufferUtils::release).take(1).then(Mono.defer(super::setComplete));
	}

}
