package io.github.websockethttp2.server;

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
 * The response to a handshake over HTTP/2. To the client a success says that its socket
 * is open, which over HTTP/1.1 only a 101 does: an answer with a 2xx of whoever has not
 * upgraded the stream, be it a filter, a controller or a static resource, becomes a 404.
 * Any other status passes as it is.
 * <p>
 * A body is not read, since it shows that nobody upgrades. Without one, strategies such
 * as Spring's complete the response before they upgrade, so that it shows at the end.
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

	/**
	 * Returns the status that the client gets, as observations ask for it.
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
	 * The application has neither upgraded nor answered.
	 */
	void refuseIfUnanswered() {
		if (!isCommitted() && isFalseSuccess()) {
			refuse();
		}
	}

	/**
	 * The application has done what it does.
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
