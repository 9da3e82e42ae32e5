package io.github.websockethttp2.channel;

import java.util.Map;

import io.github.websockethttp2.frame.PerMessageDeflate;
import io.github.websockethttp2.session.SessionPermit;
import org.jspecify.annotations.Nullable;

import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.web.reactive.socket.HandshakeInfo;
import org.springframework.web.reactive.socket.WebSocketHandler;

/**
 * What a session gets from its accepted handshake.
 *
 * @param handler handles the session
 * @param handshakeInfo what the client sent
 * @param pathPattern the pattern that the handler is mapped to
 * @param principalName the name of the principal, or {@code null} if there is none
 * @param attributes the initial attributes of the session
 * @param bufferFactory creates the buffers of the session
 * @param maxMessageSize the maximum size of a message in bytes, including all its
 * fragments
 * @param deliverPings whether the handler receives pings and answers them itself
 * @param compression the negotiated compression, or {@code null} for none
 * @param permit the session's place in the budgets
 */
public record SessionOpening(WebSocketHandler handler, HandshakeInfo handshakeInfo, String pathPattern,
		@Nullable String principalName, Map<String, Object> attributes, NettyDataBufferFactory bufferFactory,
		int maxMessageSize, boolean deliverPings, @Nullable PerMessageDeflate compression, SessionPermit permit) {

}
