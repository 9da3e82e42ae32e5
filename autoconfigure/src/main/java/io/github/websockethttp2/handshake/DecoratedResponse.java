package io.github.websockethttp2.handshake;

import org.jspecify.annotations.Nullable;

import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;

/**
 * Looks into responses that filters may have decorated.
 */
public final class DecoratedResponse {

	private DecoratedResponse() {
	}

	/**
	 * Finds a decorator beneath those of others.
	 * @param <T> the decorator's type
	 * @param response a response
	 * @param type the decorator's type
	 * @return the decorator, or {@code null} if there is none
	 */
	public static <T extends ServerHttpResponseDecorator> @Nullable T find(ServerHttpResponse response, Class<T> type) {
		ServerHttpResponse current = response;
		while (current instanceof ServerHttpResponseDecorator decorator) {
			if (type.isInstance(current)) {
				return type.cast(current);
			}
			current = decorator.getDelegate();
		}
		return null;
	}

}
