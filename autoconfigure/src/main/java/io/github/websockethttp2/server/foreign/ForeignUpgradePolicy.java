package io.github.websockethttp2.server.foreign;

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

}
