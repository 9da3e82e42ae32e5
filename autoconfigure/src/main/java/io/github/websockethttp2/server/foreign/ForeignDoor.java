package io.github.websockethttp2.server.foreign;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpResponseStatus;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * Whom a foreign handshake is answered by in the end. Called on its event loop.
 */
interface ForeignDoor {

	/**
	 * Decides whether a handshake that somebody accepts is refused after all.
	 * @param request the handshake
	 * @param response the response to it, which accepts it
	 * @param allowed whether the policy need not be asked
	 * @return the status of the refusal, or {@code null} if the WebSocket may open
	 */
	@Nullable HttpResponseStatus refusal(HttpServerRequest request, HttpServerResponse response, boolean allowed);

	/**
	 * A WebSocket has opened.
	 * @param channel its channel
	 */
	void opened(Channel channel);

}
