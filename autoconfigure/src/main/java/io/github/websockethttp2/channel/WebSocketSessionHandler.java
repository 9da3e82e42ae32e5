package io.github.websockethttp2.channel;

import java.io.IOException;

import io.github.websockethttp2.frame.InboundMark;
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
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.netty.channel.AbortedException;

import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketMessage;

/**
 * The end of a session's pipeline: frames in, messages out, and the closing handshake
 * (RFC 6455, section 7). However a session ends, its inbound and outbound messages
 * terminate, its close status is known, exactly one Close frame was sent at most, and the
 * transport comes to its end within the close timeout. Confined to the event loop, but
 * for the methods that say otherwise.
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

	/**
	 * Create the session on a channel.
	 * @param channel the channel
	 * @param transport what carries the session on it
	 * @param settings what the session is held to
	 * @param opening what the handshake has agreed
	 */
	public WebSocketSessionHandler(Channel channel, ByteTransport transport, SessionSettings settings,
			SessionOpening opening) {
		this.channel = channel;
		this.transport = transport;
		ApplicationCalls application = this::applicationThrew;
		this.inbound = new InboundMessages(channel.eventLoop(), transport, application);
		this.outbound = new OutboundFrames(channel, transport, this::transportLost, application);
		this.closing = new ClosingHandshake(channel.eventLoop(), this.outbound, application);
		this.frames = new InboundFrames(this.inbound, this.outbound, opening);
		boolean pinged = transport.needsPings() || settings.heartbeat().sessionPing();
		Heartbeat heartbeat = (pinged) ? new Heartbeat(channel.eventLoop(), settings.heartbeat(),
				new SessionHeartbeat(channel, transport, this.outbound)) : null;
		this.ending = new SessionEnding(channel.eventLoop(), settings.closeTimeout(), transport, this.inbound,
				this.frames, this.outbound, this.closing, heartbeat);
	}

	/**
	 * The session begins.
	 * @param onEnd is told once when it ends
	 * @return whether it has begun, or {@code false} if it has already ended
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
	 * The session's handler runs, and gets what came right behind the handshake.
	 */
	void deliverEarlyBytes() {
		this.transport.begin();
	}

	/**
	 * The HTTP exchange has left the pipeline.
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

	Mono<Void> close(CloseStatus status) {
		return Mono.create((sink) -> {
			if (!this.outbound.tryExecute(() -> close(status, sink))) {
				sink.error(new AbortedException("The server is down"));
			}
		});
	}

	private void close(CloseStatus status, MonoSink<Void> sink) {
		try {
			startClosing(status);
			this.outbound.whenWritten((error) -> sink.success());
		}
		catch (RuntimeException ex) {
			// A status that must not be sent, or a server that goes down this very moment
			this.outbound.application().call(() -> sink.error(ex));
		}
	}

	// The handler of the application

	void startClosing(CloseStatus status) {
		this.ending.startClosing(status);
	}

	ApplicationCalls application() {
		return this.outbound.application();
	}

	/**
	 * The application's code has thrown instead of sending a signal, and whoever waits
	 * for the signal will do so for ever.
	 */
	private void applicationThrew(Throwable thrown) {
		logger.warn("The application threw in a WebSocket session, which ends with 1011 unless it is ending already",
				thrown);
		this.outbound.execute(() -> startClosing(CloseStatus.SERVER_ERROR));
	}

	// Frames

	/**
	 * Returns whether the decoder should pause until the transport is read again.
	 * @return whether there are enough messages
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
	 * None of the events is for the handlers of the HTTP exchange, which would wait for
	 * the next request when theirs is over, with an idle timeout.
	 */
	@Override
	public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
		if (event == ChannelInputShutdownEvent.INSTANCE) {
			// RFC 8441, section 5: END_STREAM is what the end of TCP is to HTTP/1.1
			this.ending.inputEnded();
		}
		else if (event == InboundMark.ENDING) {
			this.ending.awaitReading();
		}
		else if (event instanceof SslCloseCompletionEvent) {
			ctx.close();
		}
	}

	@Override
	public void channelInactive(ChannelHandlerContext ctx) {
		this.ending.channelClosed();
		ctx.fireChannelInactive();
	}

	private void transportLost(Throwable cause) {
		logger.debug("Transport lost: " + cause);
		this.ending.transportLost(cause);
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

}
