package io.github.websockethttp2.session;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.HandshakeInfo;

/**
 * An open session, seen from outside its handler.
 */
public interface LiveSession {

	/**
	 * Name of the attribute that identifies the web session in which the session was
	 * opened: an attribute first of the handshake's exchange and then of
	 * {@link #getHandshakeInfo()}. It is set only if something needs it and there is a
	 * web session.
	 */
	String WEB_SESSION_ATTRIBUTE = LiveSession.class.getName() + ".webSession";

	/**
	 * Returns the session's id. It is unique across servers and time, so it may be stored
	 * elsewhere as a key. It consists of letters, digits, {@code -} and {@code _}. It can
	 * be guessed only from the id of another session of the same HTTP/2 connection, which
	 * belongs to one client or, behind a proxy, to several. Do not use it for
	 * authentication.
	 * @return the same as
	 * {@link org.springframework.web.reactive.socket.WebSocketSession#getId()}
	 */
	String getId();

	/**
	 * Returns the path pattern to which the session's handler is mapped.
	 * @return the pattern, or an empty string if the mapping has none
	 */
	String getPathPattern();

	/**
	 * Returns the transport that carries the session.
	 * @return the transport
	 */
	WebSocketTransport getTransport();

	/**
	 * Returns the name of the principal who opened the session.
	 * @return the name, or {@code null} if there is no principal
	 */
	@Nullable String getPrincipalName();

	/**
	 * Returns the address that the session was opened from.
	 * @return the remote address of the handshake's request
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
	 * Returns how many bytes wait to be sent, as a browser's
	 * {@code WebSocket.bufferedAmount} does. The number grows while the peer does not
	 * read.
	 * @return about as many bytes, including framing, as wait in this process; 0 once the
	 * session has ended
	 */
	long getBufferedAmount();

	/**
	 * Returns how long bytes have waited to be sent. If it is long, the peer reads slowly
	 * or not at all.
	 * @return how long those bytes have waited that have waited longest, give or take a
	 * second; zero if none wait
	 */
	Duration getBufferedFor();

	/**
	 * Returns the status that the session ends with (RFC 6455, section 7.1.5).
	 * @return emits the status once it is known; 1006 if the peer left without a Close
	 * frame
	 */
	Mono<CloseStatus> closeStatus();

	/**
	 * Starts the closing handshake (RFC 6455, section 7.1.2). Has no effect on a session
	 * that is already closing.
	 * @param status the status that the peer and the session's handler see
	 * @return completes when the Close frame has been sent
	 */
	Mono<Void> close(CloseStatus status);

}
