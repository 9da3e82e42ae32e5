package io.github.websockethttp2.server;

import io.github.websockethttp2.channel.SessionOpening;
import io.github.websockethttp2.channel.SessionSettings;
import io.github.websockethttp2.channel.WebSocketSessionHandler;
import io.github.websockethttp2.frame.FrameCodec;
import io.github.websockethttp2.session.SessionBudget;
import io.github.websockethttp2.session.SessionPermit;
import io.github.websockethttp2.session.WebSocketTransport;
import io.github.websockethttp2.transport.SessionConnection;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.server.HttpServerResponse;

/**
 * The part of an upgrade in which HTTP/1.1 and HTTP/2 differ, for one handshake. All
 * methods except {@link #tryAcquire(SessionBudget)} run on the channel's event loop.
 */
interface ChannelUpgrade {

	/**
	 * Acquires a place for the session in the server's budget and in that of its
	 * connection, if it has one. May be called from any thread.
	 * @param server the server's budget
	 * @return the permit, or {@code null} if a budget is exhausted
	 */
	@Nullable SessionPermit tryAcquire(SessionBudget server);

	/**
	 * Returns whether the handshake still waits for its answer.
	 * @return {@code false} if the client is gone or has been answered
	 */
	boolean isPending();

	/**
	 * Takes over the channel. The head of the response is the last that HTTP sends on it.
	 * @param response the response, with status and headers set and nothing sent
	 * @param codec creates the handlers between bytes and frames
	 * @param settings the settings of the session
	 * @param opening what the handshake has negotiated
	 * @return the session's handler
	 */
	WebSocketSessionHandler install(HttpServerResponse response, FrameCodec codec, SessionSettings settings,
			SessionOpening opening);

	/**
	 * Returns the transport that the application sees.
	 * @return the transport
	 */
	WebSocketTransport transport();

	/**
	 * Returns the connection of the session.
	 * @return the connection
	 */
	SessionConnection connection();

	/**
	 * Sends the head of the response, and ends the HTTP exchange.
	 * @param response the response
	 */
	static void sendHead(HttpServerResponse response) {
		response.compression(false).chunkedTransfer(false).sendHeaders().then().subscribe(null, (ex) -> {
			// The channel is closed, and tells the session
		});
	}

}
