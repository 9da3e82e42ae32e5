package io.github.websockethttp2.server;

import io.github.websockethttp2.handshake.DecoratedResponse;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerResponse;
import reactor.util.context.ContextView;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;

/**
 * The response to a handshake over HTTP/2. A 2xx tells the client that its WebSocket is
 * open, as only a 101 does over HTTP/1.1. So a 2xx without an upgrade, be it from a
 * filter, a controller or a static resource, becomes a 404. Any other status is sent
 * unchanged.
 * <p>
 * An answer with a body does not upgrade, so its body is not read. An answer without a
 * body is decided at the end, since strategies such as Spring's complete the response
 * before they upgrade.
 */
final class HandshakeResponse extends ServerHttpResponseDecorator {

	private static final Log logger = LogFactory.getLog(HandshakeResponse.class);

	private final ServerHttpRequest request;

	private final HttpServerResponse reactorResponse;

	private volatile boolean completed;

	HandshakeResponse(ServerHttpRequest request, ServerHttpResponse response, HttpServerResponse reactorResponse) {
		super(response);
		this.request = request;
		this.reactorResponse = reactorResponse;
	}

	/**
	 * Finds the response to a handshake over HTTP/2 beneath the decorators of filters.
	 * @param response a response
	 * @return the handshake's response, or {@code null} if this is not one
	 */
	static @Nullable HandshakeResponse of(ServerHttpResponse response) {
		return DecoratedResponse.find(response, HandshakeResponse.class);
	}

	/**
	 * Returns the status that the client gets, for observations.
	 */
	@Override
	public @Nullable HttpStatusCode getStatusCode() {
		return (this.completed && isFalseSuccess()) ? HttpStatus.NOT_FOUND : super.getStatusCode();
	}

	@Override
	public Mono<Void> writeWith(Publisher<? extends DataBuffer> body) {
		return Mono.deferContextual(
				(context) -> (!isCommitted() && isFalseSuccess()) ? refuse(body, context) : super.writeWith(body));
	}

	@Override
	public Mono<Void> writeAndFlushWith(Publisher<? extends Publisher<? extends DataBuffer>> body) {
		return Mono.deferContextual((context) -> (!isCommitted() && isFalseSuccess()) ? refuse(body, context)
				: super.writeAndFlushWith(body));
	}

	@Override
	public Mono<Void> setComplete() {
		return super.setComplete().doOnSuccess((done) -> this.completed = true);
	}

	/**
	 * Refuses the handshake if the application has neither upgraded nor answered.
	 */
	void refuseIfUnanswered() {
		if (!isCommitted() && isFalseSuccess()) {
			refuse();
		}
	}

	/**
	 * Called when the application is done.
	 */
	void handled() {
		if (isFalseSuccess()) {
			log();
			for (String name : new String[] { HttpHeaders.CONTENT_TYPE, HttpHeaders.CONTENT_ENCODING,
					HttpHeaders.CONTENT_RANGE }) {
				this.reactorResponse.responseHeaders().remove(name);
			}
			this.reactorResponse.header(HttpHeaders.CONTENT_LENGTH, "0").status(HttpStatus.NOT_FOUND.value());
		}
	}

	private boolean isFalseSuccess() {
		HttpStatusCode status = super.getStatusCode();
		return (status == null || status.is2xxSuccessful() || status.is1xxInformational())
				&& !this.reactorResponse.hasSentHeaders();
	}

	private Mono<Void> refuse(Publisher<?> body, ContextView context) {
		refuse();
		UnreadBody.cancel(body, context);
		return setComplete();
	}

	private void refuse() {
		log();
		setStatusCode(HttpStatus.NOT_FOUND);
		getHeaders().clearContentHeaders();
		getHeaders().setContentLength(0);
	}

	private void log() {
		if (logger.isDebugEnabled()) {
			logger.debug("[" + this.request.getId() + "] Handshake for " + this.request.getPath()
					+ " refused with 404: the application has answered with " + super.getStatusCode()
					+ " and not upgraded to a WebSocket");
		}
	}

}
