package io.github.websockethttp2.stream;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

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
 * frame at most goes out, and the status is known in the end. Confined to the event loop,
 * but for the methods that say otherwise.
 */
final class ClosingHandshake {

	private final EventLoop eventLoop;

	private final OutboundFrames outbound;

	private volatile Sinks.@Nullable One<CloseStatus> status;

	private volatile boolean open = true;

	private boolean sent;

	private boolean received;

	private @Nullable Future<?> timeout;

	ClosingHandshake(EventLoop eventLoop, OutboundFrames outbound) {
		this.eventLoop = eventLoop;
		this.outbound = outbound;
	}

	/**
	 * Returns the status that the session ends with, from any thread.
	 */
	Mono<CloseStatus> status() {
		return sink().asMono();
	}

	/**
	 * Made when it is first asked for, as few ask while the session is idle.
	 */
	private Sinks.One<CloseStatus> sink() {
		Sinks.One<CloseStatus> sink = this.status;
		if (sink == null) {
			synchronized (this) {
				sink = this.status;
				if (sink == null) {
					sink = Sinks.one();
					this.status = sink;
				}
			}
		}
		return sink;
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
		sink().tryEmitValue(status);
		this.outbound.close(frame, error);
	}

	/**
	 * The session has ended, with a closing handshake or without.
	 */
	void end() {
		this.open = false;
		sink().tryEmitValue(CloseStatus.NO_CLOSE_FRAME);
		if (this.timeout != null) {
			this.timeout.cancel(false);
		}
	}

}
