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
 * What the two versions of HTTP do differently where a channel becomes a session's. For
 * one handshake. All methods run on the channel's event loop, but for
 * {@link #tryAcquire(SessionBudget)}.
 */
interface ChannelUpgrade {

	/**
	 * Takes a place for the session in the server's budget, and in that of its connection
	 * if it has one. From any thread.
	 * @param server the server's budget
	 * @return the permit, or {@code null} if there is no place left
	 */
	@Nullable SessionPermit tryAcquire(SessionBudget server);

	/**
	 * Returns whether the handshake still waits for its answer.
	 * @return whether there is somebody to answer
	 */
	boolean isPending();

	/**
	 * Takes the channel over, with the head of the response as the last that HTTP sends.
	 * @param response the response, with status and headers set and nothing sent
	 * @param codec makes the handlers between bytes and frames
	 * @param settings what the session is held to
	 * @param opening what the handshake has agreed
	 * @return the session on its channel
	 */
	WebSocketSessionHandler install(HttpServerResponse response, FrameCodec codec, SessionSettings settings,
			SessionOpening opening);

	/**
	 * Returns what carries the session.
	 * @return the transport, as the application sees it
	 */
	WebSocketTransport transport();

	/**
	 * Returns the connection that the session is on.
	 * @return the connection
	 */
	SessionConnection connection();

	/**
	 * Sends the head of the response, and ends the HTTP exchange.
	 * @param response the response
	 */
	static void sendHead(HttpServerResponse response) {
		response.compression(false).chunkedTransfer(false).sendHeaders().then().subscribe(null, (ex) -> {
			// The channel is closed, which the session is told by the channel
		});
	}

}
