package io.github.websockethttp2.session;

import java.net.InetSocketAddress;
import java.time.Instant;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.HandshakeInfo;

/**
 * A session that is open, seen from outside its handler.
 */
public interface LiveSession {

	/**
	 * Name of the attribute, first of a handshake's exchange and then of
	 * {@link #getHandshakeInfo()}, that tells in which web session the session was
	 * opened. It is there only if somebody needs it and there is a web session.
	 */
	String WEB_SESSION_ATTRIBUTE = LiveSession.class.getName() + ".webSession";

	/**
	 * Returns what identifies the session. No other session has the same id, now or
	 * later, on this server or another, so that it may be kept elsewhere as a key. It
	 * consists of letters, digits, {@code -} and {@code _}. Nobody can guess it who does
	 * not know another session of the same HTTP/2 connection, which is one client's or,
	 * behind a proxy, those of several. It is a name, and nothing to authenticate with.
	 * @return the same as
	 * {@link org.springframework.web.reactive.socket.WebSocketSession#getId()}
	 */
	String getId();

	/**
	 * Returns the path pattern that the session's handler is mapped to.
	 * @return the pattern, or an empty string if the mapping has none
	 */
	String getPathPattern();

	/**
	 * Returns what carries the session.
	 * @return the transport
	 */
	WebSocketTransport getTransport();

	/**
	 * Returns who opened the session.
	 * @return the name of the principal, or {@code null} if there is none
	 */
	@Nullable String getPrincipalName();

	/**
	 * Returns where the session came from.
	 * @return the address, as the handshake's request had it
	 */
	@Nullable InetSocketAddress getRemoteAddress();

	/**
	 * Returns what the client sent to open the session.
	 * @return the handshake, with the principal if there is one
	 */
	HandshakeInfo getHandshakeInfo();

	/**
	 * Returns when the session was opened.
	 * @return the time of the handshake
	 */
	Instant getOpenedAt();

	/**
	 * Returns how much has been sent and not left yet, as a browser's
	 * {@code WebSocket.bufferedAmount} does. It grows where the peer does not read.
	 * @return about as many bytes as wait in this process, with their framing; 0 when the
	 * session is over
	 */
	long getBufferedAmount();

	/**
	 * Returns how the session ends (RFC 6455, section 7.1.5).
	 * @return the status, from the moment that it is known: 1006 if the peer just left
	 */
	Mono<CloseStatus> closeStatus();

	/**
	 * Closes the session (RFC 6455, section 7.1.2). Has no effect on one that is closing.
	 * @param status the status that the peer and the session's handler see
	 * @return completes when the Close frame has been sent
	 */
	Mono<Void> close(CloseStatus status);

}
