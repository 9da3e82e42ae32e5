package io.github.websockethttp2.client;

import io.github.websockethttp2.channel.SessionLife;
import io.github.websockethttp2.channel.SessionOpening;
import io.github.websockethttp2.channel.SessionStart;
import io.github.websockethttp2.channel.WebSocketSessionHandler;
import io.github.websockethttp2.frame.FrameCodec;
import io.github.websockethttp2.frame.Role;
import io.github.websockethttp2.session.WebSocketTransport;
import io.github.websockethttp2.transport.SessionConnection;
import reactor.util.context.Context;

/**
 * What an attempt to open a socket has at hand, whichever version of HTTP carries it.
 *
 * @param request the request
 * @param settings what the client keeps to
 * @param life hears of the session
 * @param context the Reactor context of the session's handler
 * @param listener hears what becomes of the handshake
 */
record HandshakeAttempt(HandshakeRequest request, ClientSettings settings, SessionLife life, Context context,
		HandshakeListener listener) {

	static final FrameCodec CODEC = new FrameCodec(Role.CLIENT);

	/**
	 * Starts the session of a handshake that was accepted.
	 * @param sessionHandler the session on its channel
	 * @param transport the transport that the application sees
	 * @param connection the connection of the session
	 * @param opening what the handshake has negotiated
	 * @return {@code false} if the channel is gone and nothing has been started
	 */
	boolean start(WebSocketSessionHandler sessionHandler, WebSocketTransport transport, SessionConnection connection,
			SessionOpening opening) {
		return SessionStart.start(sessionHandler, transport, connection, opening, this.context, this.life, () -> {
		});
	}

}
