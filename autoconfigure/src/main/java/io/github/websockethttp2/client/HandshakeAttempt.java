package io.github.websockethttp2.client;

import java.util.Map;

import io.github.websockethttp2.channel.SessionLife;
import io.github.websockethttp2.channel.SessionOpening;
import io.github.websockethttp2.channel.SessionStart;
import io.github.websockethttp2.channel.WebSocketSessionHandler;
import io.github.websockethttp2.frame.FrameCodec;
import io.github.websockethttp2.frame.PerMessageDeflate;
import io.github.websockethttp2.frame.Role;
import io.github.websockethttp2.session.SessionPermit;
import io.github.websockethttp2.session.WebSocketTransport;
import io.github.websockethttp2.transport.SessionConnection;
import io.netty.channel.Channel;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.web.reactive.socket.HandshakeInfo;
import org.springframework.web.reactive.socket.WebSocketHandler;

/**
 * What an attempt to open a socket has at hand, whichever version of HTTP carries it.
 *
 * @param request the request
 * @param handler the handler of the socket
 * @param settings what the client keeps to
 * @param life hears of the session
 * @param context the Reactor context of the session's handler
 * @param listener hears what becomes of the handshake
 */
record HandshakeAttempt(HandshakeRequest request, WebSocketHandler handler, ClientSettings settings, SessionLife life,
		Context context, HandshakeListener listener) {

	static final FrameCodec CODEC = new FrameCodec(Role.CLIENT);

	/**
	 * Makes what an accepted handshake hands to its session.
	 * @param channel the socket's channel
	 * @param answer the answer that accepts
	 * @return what the session needs to start
	 * @throws io.netty.handler.codec.http.websocketx.WebSocketClientHandshakeException if
	 * the answer does not fit the request
	 */
	SessionOpening opening(Channel channel, HandshakeAnswer answer) {
		String subProtocol = answer.subProtocol(this.request.subProtocols());
		PerMessageDeflate compression = answer.compression(this.settings.compression());
		HandshakeInfo info = new HandshakeInfo(this.request.url(), answer.headers(), Mono.empty(), subProtocol);
		SessionPermit permit = SessionPermit.unlimited();
		return new SessionOpening(this.handler, info, "", null, Map.of(), new NettyDataBufferFactory(channel.alloc()),
				this.settings.maxMessageSize(), false, compression, permit);
	}

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
