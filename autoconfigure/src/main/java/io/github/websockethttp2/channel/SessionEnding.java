package io.github.websockethttp2.channel;

import java.time.Duration;

import io.github.websockethttp2.frame.OutboundMark;
import io.github.websockethttp2.transport.ByteTransport;
import io.github.websockethttp2.transport.Heartbeat;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import org.jspecify.annotations.Nullable;
import reactor.netty.channel.AbortedException;

import org.springframework.web.reactive.socket.CloseStatus;

/**
 * Ends a session: by the closing handshake, by failing the connection, or because the
 * transport is lost (RFC 6455, section 7). In each case our own bookkeeping comes first,
 * then the transport's output ends, and the application is told last, since its code may
 * do anything. Confined to the event loop.
 */
final class SessionEnding {

	private final EventLoop eventLoop;

	private final Duration timeout;

	private final ByteTransport transport;

	private final InboundMessages inbound;

	private final InboundFrames frames;

	private final OutboundFrames outbound;

	private final ClosingHandshake closing;

	private final @Nullable Heartbeat heartbeat;

	private @Nullable ReadingTimeout readingTimeout;

	private @Nullable SessionEndListener listener;

	private boolean ended;

	SessionEnding(EventLoop eventLoop, Duration timeout, ByteTransport transport, InboundMessages inbound,
			InboundFrames frames, OutboundFrames outbound, ClosingHandshake closing, @Nullable Heartbeat heartbeat) {
		this.eventLoop = eventLoop;
		this.timeout = timeout;
		this.transport = transport;
		this.inbound = inbound;
		this.frames = frames;
		this.outbound = outbound;
		this.closing = closing;
		this.heartbeat = heartbeat;
	}

	/**
	 * The session has begun.
	 * @param listener called when the session ends
	 */
	void begin(SessionEndListener listener) {
		this.listener = listener;
		if (this.heartbeat != null) {
			this.heartbeat.start();
		}
	}

	boolean hasEnded() {
		return this.ended;
	}

	@Nullable SlowSessions slowSessions() {
		return (this.listener != null && !this.ended) ? this.listener.slowSessions() : null;
	}

	/**
	 * The session has become slow, or is no longer. Once it has ended, nobody hears of
	 * it.
	 */
	void slow(boolean slow) {
		if (this.listener != null && !this.ended) {
			this.listener.slow(slow);
		}
	}

	/**
	 * Starts the closing handshake from this side (RFC 6455, section 7.1.2).
	 * @throws IllegalArgumentException if the status must not be sent
	 */
	void startClosing(CloseStatus status) {
		if (!this.closing.isSent() && !this.ended) {
			this.closing.begin(status, this.timeout, () -> end(null, OutboundMark.END));
			this.inbound.readOn();
			this.closing.tell();
			this.outbound.endSenders();
		}
	}

	/**
	 * The peer's Close frame has come.
	 */
	void closeReceived(CloseWebSocketFrame close) {
		this.closing.receive(close);
		end(null, OutboundMark.END);
	}

	/**
	 * Fails the connection (RFC 6455, section 7.1.7).
	 */
	void fail(WebSocketCloseStatus status, Throwable error) {
		if (!this.ended) {
			this.closing.fail(status, error);
			end(error, OutboundMark.END_AFTER_PEER);
		}
	}

	/**
	 * The peer has ended its output, and some of what it sent is still unread. A handler
	 * that keeps reading has all the time it needs.
	 */
	void awaitReading() {
		if (!this.ended) {
			this.readingTimeout = new ReadingTimeout(this.eventLoop, this.timeout, this.inbound);
			this.readingTimeout.start();
		}
	}

	/**
	 * The peer has ended its output, and all of it has been read.
	 */
	void inputEnded() {
		if (!this.ended) {
			end(unlessClosing("The peer ended its side without a Close frame"), OutboundMark.END);
		}
	}

	private void end(@Nullable Throwable error, OutboundMark mark) {
		if (!this.ended) {
			settle(error);
			this.transport.setReading(true);
			this.outbound.end(mark);
			tell(error);
		}
	}

	/**
	 * The channel has become inactive.
	 */
	void channelClosed() {
		if (!this.ended) {
			Throwable error = unlessClosing("The peer left without a Close frame");
			settle(error);
			tell(error);
		}
	}

	/**
	 * A write has failed, which comes before the channel becomes inactive. The session
	 * ends here, so that the handler, whose {@code send} fails with it, does not seem to
	 * have ended it.
	 */
	void transportLost(Throwable cause) {
		if (!this.ended) {
			Throwable error = (this.closing.isSent()) ? null : new AbortedException(cause);
			settle(error);
			this.transport.abort();
			tell(error);
		}
	}

	/**
	 * Returns the error of a peer that leaves. There is none once a Close frame has been
	 * sent.
	 */
	private @Nullable Throwable unlessClosing(String message) {
		return (this.closing.isSent()) ? null : new AbortedException(message);
	}

	/**
	 * Does our own part, before the application's code is called.
	 */
	private void settle(@Nullable Throwable error) {
		this.ended = true;
		this.closing.end();
		if (this.readingTimeout != null) {
			this.readingTimeout.stop();
		}
		if (this.heartbeat != null) {
			this.heartbeat.stop();
		}
		this.frames.release();
		this.outbound.stop(error);
		if (this.listener != null) {
			this.listener.settle();
		}
	}

	private void tell(@Nullable Throwable error) {
		this.closing.tell();
		this.inbound.terminate(error);
		this.outbound.endSenders();
		if (this.listener != null) {
			this.listener.tell();
		}
	}

}
