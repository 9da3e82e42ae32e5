package io.github.websockethttp2.actuate;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/**
 * {@link EndpointWebExtension @EndpointWebExtension} for the {@link WebSocketsEndpoint}.
 */
@EndpointWebExtension(endpoint = WebSocketsEndpoint.class)
public class WebSocketsEndpointWebExtension {

	private final WebSocketsEndpoint delegate;

	/**
	 * Create an extension.
	 * @param delegate the endpoint
	 */
	public WebSocketsEndpointWebExtension(WebSocketsEndpoint delegate) {
		this.delegate = delegate;
	}

	/**
	 * Closes a session, or drains a connection.
	 * @param part {@code sessions} or {@code connections}
	 * @param id the id of the session or the connection
	 * @param status the status to close with, by default 1001
	 * @return 204, or 404 if there is no such session or connection
	 */
	@DeleteOperation
	public Mono<WebEndpointResponse<Void>> close(@Selector String part, @Selector String id, @Nullable Integer status) {
		return this.delegate.tryClose(part, id, status)
			.map((found) -> new WebEndpointResponse<>(
					(found) ? WebEndpointResponse.STATUS_NO_CONTENT : WebEndpointResponse.STATUS_NOT_FOUND));
	}

}
