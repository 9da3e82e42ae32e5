package io.github.websockethttp2.handshake;

import java.util.function.Function;

import reactor.core.publisher.Mono;

import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;

/**
 * Sees how every handshake ends, whoever answers it. Wraps all other handlers.
 */
public final class ObservedHandshakes implements HttpHandler {

	private static final HttpMethod CONNECT = HttpMethod.valueOf("CONNECT");

	private final HttpHandler delegate;

	private final HandshakeOutcomes outcomes;

	private final Function<ServerHttpRequest, String> protocol;

	/**
	 * Create a handler.
	 * @param delegate answers handshakes
	 * @param outcomes who wants to know how they end
	 * @param protocol returns the HTTP version of a request, as {@link Handshake} has it
	 */
	public ObservedHandshakes(HttpHandler delegate, HandshakeOutcomes outcomes,
			Function<ServerHttpRequest, String> protocol) {
		this.delegate = delegate;
		this.outcomes = outcomes;
		this.protocol = protocol;
	}

	@Override
	public Mono<Void> handle(ServerHttpRequest request, ServerHttpResponse response) {
		if (!this.outcomes.isObserved()) {
			return this.delegate.handle(request, response);
		}
		boolean upgrade = "websocket".equalsIgnoreCase(request.getHeaders().getUpgrade());
		if (!upgrade && !CONNECT.equals(request.getMethod())) {
			return this.delegate.handle(request, response);
		}
		String protocol = this.protocol.apply(request);
		if (!upgrade && !protocol.equals(Handshake.HTTP_2)) {
			// A CONNECT over HTTP/1.1 is for a proxy
			return this.delegate.handle(request, response);
		}
		ObservedHandshake observed = new ObservedHandshake(response, this.outcomes, protocol, request.getHeaders());
		return this.delegate.handle(request, observed)
			.doOnSuccess((done) -> observed.answered())
			.doOnError((ex) -> observed.notAnswered());
	}

}
