package io.github.websockethttp2.channel;

import java.util.Map;

import io.github.websockethttp2.frame.PerMessageDeflate;
import io.github.websockethttp2.session.SessionPermit;
import org.jspecify.annotations.Nullable;

import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.web.reactive.socket.HandshakeInfo;
import org.springframework.web.reactive.socket.WebSocketHandler;

/**
 * What an accepted handshake hands to its session.
 *
 * @param handler handles the session
 * @param handshakeInfo what the client sent
 * @param pathPattern the pattern that the handler is mapped to
 * @param principalName who opened the session, if it is known
 * @param attributes the first attributes of the session
 * @param bufferFactory makes the buffers of the session
 * @param maxMessageSize bytes of a message, of all its fragments together
 * @param deliverPings whether the handler sees pings and answers them itself
 * @param compression the compression that is agreed, or {@code null} for none
 * @param permit the session's place in the budgets
 */
public record SessionOpening(WebSocketHandler handler, HandshakeInfo handshakeInfo, String pathPattern,
		@Nullable String principalName, Map<String, Object> attributes, NettyDataBufferFactory bufferFactory,
		int maxMessageSize, boolean deliverPings, @Nullable PerMessageDeflate compression, SessionPermit permit) {

}
