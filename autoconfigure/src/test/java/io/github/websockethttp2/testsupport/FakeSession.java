package io.github.websockethttp2.testsupport;

import java.net.InetSocketAddress;
import java.net.URI;
import java.security.Principal;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.websockethttp2.session.LiveSession;
import io.github.websockethttp2.session.WebSocketTransport;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.HandshakeInfo;

/**
 * A session without a connection.
 */
public final class FakeSession implements LiveSession {

	private static final AtomicInteger COUNT = new AtomicInteger();

	private final String id = "fake-" + COUNT.incrementAndGet();

	private final String pathPattern;

	private final WebSocketTransport.Protocol protocol;

	private final HandshakeInfo handshakeInfo;

	private Runnable onClose = () -> {
	};

	private @Nullable CloseStatus closeStatus;

	/**
	 * Create a session over HTTP/2.
	 * @param pathPattern what its handler is mapped to
	 */
	public FakeSession(String pathPattern) {
		this(pathPattern, WebSocketTransport.Protocol.HTTP_2, null);
	}

	/**
	 * Create a session over HTTP/2.
	 * @param principal who opened it, or {@code null}
	 */
	public FakeSession(@Nullable Principal principal) {
		this("/", WebSocketTransport.Protocol.HTTP_2, principal);
	}

	/**
	 * Create a session.
	 * @param pathPattern what its handler is mapped to
	 * @param protocol what carries it
	 * @param principal who opened it, or {@code null}
	 */
	public FakeSession(String pathPattern, WebSocketTransport.Protocol protocol, @Nullable Principal principal) {
		this.pathPattern = pathPattern;
		this.protocol = protocol;
		this.handshakeInfo = new HandshakeInfo(URI.create("ws://localhost/"), new HttpHeaders(),
				Mono.justOrEmpty(principal), null);
	}

	/**
	 * Sets what happens when the session is closed.
	 * @param onClose called by {@link #close(CloseStatus)}
	 */
	public void onClose(Runnable onClose) {
		this.onClose = onClose;
	}

	/**
	 * Returns what the session was closed with.
	 * @return the status, or {@code null} if it is open
	 */
	public @Nullable CloseStatus closedWith() {
		return this.closeStatus;
	}

	@Override
	public String getId() {
		return this.id;
	}

	@Override
	public String getPathPattern() {
		return this.pathPattern;
	}

	@Override
	public WebSocketTransport getTransport() {
		return new WebSocketTransport(this.protocol, "1", 1);
	}

	@Override
	public @Nullable String getPrincipalName() {
		return null;
	}

	@Override
	public @Nullable InetSocketAddress getRemoteAddress() {
		return null;
	}

	@Override
	public HandshakeInfo getHandshakeInfo() {
		return this.handshakeInfo;
	}

	@Override
	public long getBufferedAmount() {
		return 0;
	}

	@Override
	public Duration getBufferedFor() {
		return Duration.ZERO;
	}

	@Override
	public Instant getOpenedAt() {
		return Instant.EPOCH;
	}

	@Override
	public Mono<CloseStatus> closeStatus() {
		return Mono.justOrEmpty(this.closeStatus);
	}

	@Override
	public Mono<Void> close(CloseStatus status) {
		return Mono.fromRunnable(() -> {
			this.closeStatus = status;
			this.onClose.run();
		});
	}

}
