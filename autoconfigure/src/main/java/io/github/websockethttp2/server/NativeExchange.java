package io.github.websockethttp2.server;

import java.util.function.Supplier;

import io.github.websockethttp2.handshake.Handshake;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;

/**
 * Finds Reactor Netty's request and response beneath Spring's. A test without a server
 * has none, and its mocks throw when asked.
 */
public final class NativeExchange {

	private NativeExchange() {
	}

	/**
	 * Returns the HTTP version that carries a handshake.
	 * @param request the request
	 * @return the version as {@link Handshake} has it
	 */
	public static String protocol(ServerHttpRequest request) {
		HttpServerRequest reactorRequest = request(request);
		return (reactorRequest != null) ? protocol(reactorRequest) : Handshake.HTTP_1_1;
	}

	static String protocol(HttpServerRequest request) {
		return (request.version().majorVersion() == 2) ? Handshake.HTTP_2 : Handshake.HTTP_1_1;
	}

	static @Nullable HttpServerRequest request(ServerHttpRequest request) {
		Object nativeRequest = find(() -> ServerHttpRequestDecorator.getNativeRequest(request));
		return (nativeRequest instanceof HttpServerRequest reactorRequest) ? reactorRequest : null;
	}

	static @Nullable HttpServerResponse response(ServerHttpResponse response) {
		Object nativeResponse = find(() -> ServerHttpResponseDecorator.getNativeResponse(response));
		return (nativeResponse instanceof HttpServerResponse reactorResponse) ? reactorResponse : null;
	}

	private static @Nullable Object find(Supplier<Object> lookUp) {
		try {
			return lookUp.get();
		}
		catch (IllegalArgumentException | IllegalStateException ex) {
			return null;
		}
	}

}
