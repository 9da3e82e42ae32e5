package io.github.websockethttp2.server.foreign;

import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * Decides about upgrades that are not ours.
 */
@FunctionalInterface
public interface ForeignUpgradePolicy {

	/**
	 * Decides whether an upgrade goes on. Called on the event loop.
	 * @param request the handshake
	 * @param response the response to it, which accepts it
	 * @return whether it does; otherwise the client gets 403
	 */
	boolean mayOpen(HttpServerRequest request, HttpServerResponse response);

}
