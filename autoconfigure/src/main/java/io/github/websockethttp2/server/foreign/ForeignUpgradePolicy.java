package io.github.websockethttp2.server.foreign;

import io.netty.handler.codec.http.HttpResponseStatus;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * Decides about upgrades that are not ours.
 */
@FunctionalInterface
public interface ForeignUpgradePolicy {

	/**
	 * Decides whether a WebSocket may open. Called on the event loop.
	 * @param request the handshake
	 * @param response the accepting response
	 * @return {@code false} to answer with 403 instead
	 */
	boolean mayOpen(HttpServerRequest request, HttpServerResponse response);

	/**
	 * A handshake outside of WebFlux has been decided. Called on the event loop.
	 * @param request the handshake
	 * @param refusal the status of the refusal, or {@code null} if the WebSocket opens
	 */
	default void decided(HttpServerRequest request, @Nullable HttpResponseStatus refusal) {
	}

}
