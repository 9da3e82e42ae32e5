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
 * The closing handshake of a session (RFC 6455, section 7): whoever begins it, one Close
 * frame at most goes out, and the status is known in the end, whoever is told of it and
 * when. Confined to the event loop, but for the methods that say otherwise.
 */
final class ClosingHandshake {

	private final EventLoop eventLoop;

	private final OutboundFrames outbound;

	private final ApplicationCalls application;

	/** Those who wait for the status. Guarded by this object, as the next field. */
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
	 * @param application calls what belongs to the application
	 */
	ClosingHandshake(EventLoop eventLoop, OutboundFrames outbound, ApplicationCalls application) {
		this.eventLoop = eventLoop;
		this.outbound = outbound;
		this.application = application;
	}

	/**
	 * Returns the status that the session ends with, from any thread.
	 */
	Mono<CloseStatus> status() {
		return Mono.defer(this::known);
	}

	/**
	 * A sink for each subscriber, so that one which throws keeps none of the others from
	 * knowing.
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
	 * Tells those who wait for the status, if it is known.
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
	 * Tells whether neither a Close frame has gone out nor the session has ended, from
	 * any thread.
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
	 * Begins it from this side, where no Close frame has been sent.
	 * @param status what the Close frame says
	 * @param timeout how long the peer has for an answer
	 * @param onTimeout runs if there is none
	 * @throws IllegalArgumentException if the status must not be sent
	 */
	void begin(CloseStatus status, Duration timeout, Runnable onTimeout) {
		CloseWebSocketFrame frame = CloseFrames.of(status);
		// First, as the session may end while the frame is written
		this.timeout = this.eventLoop.schedule(onTimeout, timeout.toNanos(), TimeUnit.NANOSECONDS);
		send(status, frame, null);
	}

	/**
	 * Takes the peer's Close frame, and answers it unless it is an answer itself.
	 */
	void receive(CloseWebSocketFrame close) {
		CloseStatus status = CloseFrames.read(close);
		this.received = true;
		if (!this.sent) {
			send(status, CloseFrames.of(new CloseStatus(status.getCode())), null);
		}
	}

	/**
	 * The peer broke the protocol: says so and does not wait for an answer (RFC 6455,
	 * section 7.1.7).
	 */
	void fail(WebSocketCloseStatus status, Throwable error) {
		if (!this.sent) {
			send(new CloseStatus(status.code()), new CloseWebSocketFrame(status.code(), ""), error);
		}
	}

	/**
	 * A Close frame goes out now, and nothing after it (RFC 6455, section 5.5.1).
	 */
	private void send(CloseStatus status, CloseWebSocketFrame frame, @Nullable Throwable error) {
		this.sent = true;
		this.open = false;
		decide(status);
		this.outbound.close(frame, error);
	}

	/**
	 * The session has ended, with a closing handshake or without.
	 */
	void end() {
		this.open = false;
		decide(CloseStatus.NO_CLOSE_FRAME);
		if (this.timeout != null) {
			this.timeout.cancel(false);
		}
	}

}
