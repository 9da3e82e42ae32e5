package io.github.websockethttp2.server.foreign;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpResponseStatus;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * Decides about foreign handshakes, and keeps track of those that open. Called on the
 * handshake's event loop.
 */
interface ForeignDoor {

	/**
	 * Decides whether to refuse a handshake that somebody else accepts.
	 * @param request the handshake
	 * @param response the accepting response
	 * @param allowed whether the handshake is allowed without asking the policy
	 * @return the status of the refusal, or {@code null} if the WebSocket may open
	 */
	@Nullable HttpResponseStatus refusal(HttpServerRequest request, HttpServerResponse response, boolean allowed);

	/**
	 * A handshake has been decided that nobody else is told of.
	 * @param request the handshake
	 * @param refusal the status of the refusal, or {@code null} if the WebSocket opens
	 */
	void decided(HttpServerRequest request, @Nullable HttpResponseStatus refusal);

	/**
	 * A WebSocket has opened.
	 * @param channel its channel
	 */
	void opened(Channel channel);

}
