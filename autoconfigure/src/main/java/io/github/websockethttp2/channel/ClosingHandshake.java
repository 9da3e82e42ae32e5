package io.github.websockethttp2.channel;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.github.websockethttp2.frame.CloseFrames;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import org.springframework.web.reactive.socket.CloseStatus;

/**
 * The closing handshake of a session (RFC 6455, section 7). Whichever side starts it, at
 * most one Close frame is sent. The close status is decided first; those who wait for it
 * are told later. Confined to the event loop, except for the methods that say otherwise.
 */
final class ClosingHandshake {

	private final EventLoop eventLoop;

	private final OutboundFrames outbound;

	private final ApplicationCalls application;

	/** Those who wait for the status. Guarded by this object, like the next field. */
	private @Nullable List<Sinks.One<CloseStatus>> waiting;

	private @Nullable CloseStatus status;

	private volatile boolean open = true;

	private boolean sent;

	private boolean received;

	private @Nullable Future<?> timeout;

	/**
	 * Create the closing handshake of a session.
	 * @param eventLoop the session's event loop
	 * @param outbound where the Close frame is sent
	 * @param application calls the application's code
	 */
	ClosingHandshake(EventLoop eventLoop, OutboundFrames outbound, ApplicationCalls application) {
		this.eventLoop = eventLoop;
		this.outbound = outbound;
		this.application = application;
	}

	/**
	 * Returns the status that the session ends with. May be called from any thread.
	 */
	Mono<CloseStatus> status() {
		return Mono.defer(this::known);
	}

	/**
	 * Each subscriber has a sink of its own, so that one that throws does not keep the
	 * status from the others.
	 */
	private synchronized Mono<CloseStatus> known() {
		if (this.status != null) {
			return Mono.just(this.status);
		}
		Sinks.One<CloseStatus> subscriber = Sinks.one();
		this.waiting = (this.waiting != null) ? this.waiting : new ArrayList<>(1);
		this.waiting.add(subscriber);
		return subscriber.asMono().doOnCancel(() -> forget(subscriber));
	}

	private synchronized void forget(Sinks.One<CloseStatus> subscriber) {
		if (this.waiting != null) {
			this.waiting.remove(subscriber);
		}
	}

	private synchronized void decide(CloseStatus status) {
		if (this.status == null) {
			this.status = status;
		}
	}

	/**
	 * Emits the status, if it is known, to those who wait for it.
	 */
	void tell() {
		CloseStatus status;
		List<Sinks.One<CloseStatus>> waiting;
		synchronized (this) {
			status = this.status;
			waiting = this.waiting;
			if (status == null || waiting == null) {
				return;
			}
			this.waiting = null;
		}
		waiting.forEach((subscriber) -> this.application.call(() -> subscriber.tryEmitValue(status)));
	}

	/**
	 * Returns whether no Close frame has been sent and the session has not ended. May be
	 * called from any thread.
	 */
	boolean isOpen() {
		return this.open;
	}

	boolean isSent() {
		return this.sent;
	}

	boolean isReceived() {
		return this.received;
	}

	/**
	 * Starts the closing handshake. No Close frame may have been sent before.
	 * @param status the status in the Close frame
	 * @param timeout how long the peer has to answer
	 * @param onTimeout runs if it does not answer
	 * @throws IllegalArgumentException if the status must not be sent
	 */
	void begin(CloseStatus status, Duration timeout, Runnable onTimeout) {
		CloseWebSocketFrame frame = CloseFrames.of(status);
		// First, since the session may end while the frame is written
		this.timeout = this.eventLoop.schedule(onTimeout, timeout.toNanos(), TimeUnit.NANOSECONDS);
		send(status, frame, null);
	}

	/**
	 * Handles the peer's Close frame. Answers it, unless it is itself the answer.
	 */
	void receive(CloseWebSocketFrame close) {
		CloseStatus status = CloseFrames.read(close);
		this.received = true;
		if (!this.sent) {
			send(status, CloseFrames.of(new CloseStatus(status.getCode())), null);
		}
	}

	/**
	 * Fails the connection: sends a Close frame and expects no answer (RFC 6455, section
	 * 7.1.7).
	 */
	void fail(WebSocketCloseStatus status, Throwable error) {
		if (!this.sent) {
			send(new CloseStatus(status.code()), new CloseWebSocketFrame(status.code(), ""), error);
		}
	}

	/**
	 * Sends a Close frame. Nothing may follow it (RFC 6455, section 5.5.1).
	 */
	private void send(CloseStatus status, CloseWebSocketFrame frame, @Nullable Throwable error) {
		this.sent = true;
		this.open = false;
		decide(status);
		this.outbound.close(frame, error);
	}

	/**
	 * The session has ended, with or without a closing handshake.
	 */
	void end() {
		this.open = false;
		decide(CloseStatus.NO_CLOSE_FRAME);
		if (this.timeout != null) {
			this.timeout.cancel(false);
		}
	}

}
