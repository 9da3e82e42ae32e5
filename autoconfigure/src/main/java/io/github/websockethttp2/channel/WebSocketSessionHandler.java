package io.github.websockethttp2.channel;

import java.io.IOException;

import io.github.websockethttp2.frame.InboundMark;
import io.github.websockethttp2.session.LiveSession;
import io.github.websockethttp2.session.SessionTraffic;
import io.github.websockethttp2.transport.ByteTransport;
import io.github.websockethttp2.transport.Heartbeat;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketMessage;

/**
 * The last handler of a session's pipeline, between frames and messages, with the closing
 * handshake (RFC 6455, section 7). However a session ends, its inbound and outbound
 * messages terminate, its close status is known, at most one Close frame has been sent,
 * and the transport ends within the close timeout. Confined to the event loop, except for
 * the methods that say otherwise.
 */
public final class WebSocketSessionHandler extends ChannelInboundHandlerAdapter {

	private static final Log logger = LogFactory.getLog(WebSocketSessionHandler.class);

	private final Channel channel;

	private final ByteTransport transport;

	private final InboundMessages inbound;

	private final InboundFrames frames;

	private final OutboundFrames outbound;

	private final ClosingHandshake closing;

	private final SessionEnding ending;

	private @Nullable SessionTraffic traffic;

	/**
	 * Create a handler.
	 * @param channel the session's channel
	 * @param transport the session's transport
	 * @param settings the settings of the session
	 * @param opening what the handshake has negotiated
	 */
	public WebSocketSessionHandler(Channel channel, ByteTransport transport, SessionSettings settings,
			SessionOpening opening) {
		this.channel = channel;
		this.transport = transport;
		Surroundings surroundings = new Surroundings();
		this.inbound = new InboundMessages(channel.eventLoop(), transport, surroundings);
		this.outbound = new OutboundFrames(channel, transport, surroundings);
		this.closing = new ClosingHandshake(channel.eventLoop(), this.outbound, surroundings);
		this.frames = new InboundFrames(this.inbound, this.outbound, opening);
		boolean pinged = transport.needsPings() || settings.heartbeat().sessionPing();
		Heartbeat heartbeat = (pinged) ? new Heartbeat(channel.eventLoop(), settings.heartbeat(),
				new SessionHeartbeat(channel, transport, this.outbound)) : null;
		this.ending = new SessionEnding(channel.eventLoop(), settings.closeTimeout(), transport, this.inbound,
				this.frames, this.outbound, this.closing, heartbeat);
	}

	/**
	 * Begins the session.
	 * @param onEnd called once when the session ends
	 * @return {@code false} if it has already ended
	 */
	boolean begin(SessionEndListener onEnd) {
		if (this.ending.hasEnded() || !this.channel.isActive()) {
			return false;
		}
		this.ending.begin(onEnd);
		this.inbound.begin();
		return true;
	}

	/**
	 * Counts the messages and logs the frames from now on, if somebody wants to know.
	 */
	void watch(LiveSession session, SessionLife life) {
		this.traffic = life.traffic(session, this.channel.eventLoop());
		TrafficLog.addIfOn(this.channel.pipeline(), this, session.getId());
	}

	/**
	 * Delivers what arrived right behind the handshake, now that the application's
	 * handler runs.
	 */
	void deliverEarlyBytes() {
		this.transport.begin();
	}

	/**
	 * The handlers of the HTTP exchange have left the pipeline.
	 */
	public void exchangeEnded() {
		this.transport.exchangeEnded();
	}

	// From any thread

	Flux<WebSocketMessage> inbound() {
		return this.inbound;
	}

	OutboundFrames outbound() {
		return this.outbound;
	}

	ClosingHandshake closing() {
		return this.closing;
	}

	// The handler of the application

	void startClosing(CloseStatus status) {
		this.ending.startClosing(status);
	}

	ApplicationCalls application() {
		return this.outbound.application();
	}

	// Frames

	/**
	 * Returns whether the decoder should pause until reading resumes.
	 * @return whether enough messages wait
	 */
	boolean isFull() {
		return this.inbound.isFull();
	}

	@Override
	public void handlerAdded(ChannelHandlerContext ctx) {
		this.outbound.begin(ctx);
	}

	@Override
	public void channelWritabilityChanged(ChannelHandlerContext ctx) {
		this.outbound.writabilityChanged();
		ctx.fireChannelWritabilityChanged();
	}

	@Override
	public void channelRead(ChannelHandlerContext ctx, Object message) {
		if (message instanceof WebSocketFrame frame) {
			this.outbound.flushes().readBegins();
			onFrame(ctx, frame);
		}
		else {
			// The end of the request, which the HTTP exchange still waits for
			ctx.fireChannelRead(message);
			exchangeEnded();
		}
	}

	private void onFrame(ChannelHandlerContext ctx, WebSocketFrame frame) {
		if (this.closing.isReceived() || this.ending.hasEnded()) {
			frame.release();
		}
		else if (frame instanceof CloseWebSocketFrame close) {
			this.ending.closeReceived(close);
		}
		else if (this.closing.isSent()) {
			frame.release();
		}
		else {
			this.frames.add(ctx.alloc(), frame);
		}
	}

	@Override
	public void channelReadComplete(ChannelHandlerContext ctx) {
		this.outbound.readCompletes();
		ctx.fireChannelReadComplete();
	}

	// The end of the transport

	/**
	 * Handlers of the HTTP exchange get none of these events: once their exchange has
	 * ended they would wait for the next request, with an idle timeout.
	 */
	@Override
	public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
		if (event == ChannelInputShutdownEvent.INSTANCE) {
			// RFC 8441, section 5: END_STREAM corresponds to the end of a TCP connection
			this.ending.inputEnded();
		}
		else if (event == InboundMark.ENDING) {
			this.ending.awaitReading();
		}
		else if (event instanceof SslCloseCompletionEvent) {
			ctx.close();
		}
		else {
			// Such as a GOAWAY, which is not for streams that are open
			ReferenceCountUtil.release(event);
		}
	}

	@Override
	public void channelInactive(ChannelHandlerContext ctx) {
		this.ending.channelClosed();
		ctx.fireChannelInactive();
	}

	@Override
	public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
		if (this.outbound.isOfMessage(cause)) {
			return;
		}
		if (cause instanceof CorruptedWebSocketFrameException corrupted) {
			logger.debug("Protocol violation: " + cause.getMessage());
			this.ending.fail(corrupted.closeStatus(), cause);
		}
		else if (cause instanceof IOException) {
			logger.debug("Transport lost: " + cause);
			ctx.close();
		}
		else {
			logger.debug("Session failed", cause);
			this.ending.fail(WebSocketCloseStatus.INTERNAL_SERVER_ERROR, cause);
		}
	}

	/**
	 * What happens outside of the pipeline, in one object to keep a session small.
	 */
	private final class Surroundings implements OutboundListener {

		@Override
		public void threw(Throwable thrown) {
			// Somebody may wait forever for the signal that it should have sent
			logger.warn(
					"The application threw in a WebSocket session, which ends with 1011 unless it is ending already",
					thrown);
			WebSocketSessionHandler.this.outbound.tryExecute(() -> startClosing(CloseStatus.SERVER_ERROR));
		}

		@Override
		public void writeFailed(Throwable cause) {
			logger.debug("Transport lost: " + cause);
			WebSocketSessionHandler.this.ending.transportLost(cause);
		}

		@Override
		public @Nullable SlowSessions slowSessions() {
			return WebSocketSessionHandler.this.ending.slowSessions();
		}

		@Override
		public @Nullable SessionTraffic traffic() {
			return WebSocketSessionHandler.this.traffic;
		}

		@Override
		public void slow(boolean slow) {
			WebSocketSessionHandler.this.ending.slow(slow);
		}

	}

}
