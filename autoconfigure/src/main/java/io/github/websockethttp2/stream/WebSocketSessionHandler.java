package io.github.websockethttp2.stream;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.RejectedExecutionException;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.netty.channel.AbortedException;

import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketMessage;

/**
 * The end of a session's pipeline: frames in, messages out, and the closing handshake
 * (RFC 6455, section 7). However a session ends, its inbound and outbound messages
 * terminate, its close status is known, exactly one Close frame was sent at most, and the
 * transport comes to its end within the close timeout. Confined to the event loop, but
 * for the methods that say otherwise.
 */
final class WebSocketSessionHandler extends ChannelInboundHandlerAdapter implements Heartbeat.Peer {

	private static final Log logger = LogFactory.getLog(WebSocketSessionHandler.class);

	/** Tells the answers to our own pings from those to the application's. */
	private static final ByteBuf HEARTBEAT = Unpooled
		.unreleasableBuffer(Unpooled.copiedBuffer("heartbeat", StandardCharsets.US_ASCII).asReadOnly());

	private final Channel channel;

	private final ByteTransport transport;

	private final SessionSettings settings;

	private final boolean deliverPings;

	private final InboundMessages inbound;

	private final MessageAssembler assembler;

	private final NettyDataBufferFactory bufferFactory;

	private final OutboundFrames outbound;

	private final ClosingHandshake closing;

	private boolean ended;

	private final @Nullable Heartbeat heartbeat;

	private @Nullable ReadingTimeout readingTimeout;

	private @Nullable End onEnd;

	WebSocketSessionHandler(Channel channel, ByteTransport transport, SessionSettings settings,
			SessionOpening opening) {
		this.channel = channel;
		this.transport = transport;
		this.settings = settings;
		this.deliverPings = opening.deliverPings();
		this.bufferFactory = opening.bufferFactory();
		ApplicationCalls application = this::applicationThrew;
		this.inbound = new InboundMessages(channel.eventLoop(), transport, application);
		this.outbound = new OutboundFrames(channel, transport, this::transportLost, application);
		this.closing = new ClosingHandshake(channel.eventLoop(), this.outbound, application);
		this.assembler = new MessageAssembler(opening.bufferFactory(), opening.maxMessageSize());
		boolean pinged = transport.needsPings() || settings.heartbeat().sessionPing();
		this.heartbeat = (pinged) ? new Heartbeat(channel.eventLoop(), settings.heartbeat(), this) : null;
	}

	/**
	 * The session begins.
	 * @param onEnd is told once when it ends
	 * @return whether it has begun, or {@code false} if it has already ended
	 */
	boolean begin(End onEnd) {
		if (this.ended || !this.channel.isActive()) {
			return false;
		}
		this.onEnd = onEnd;
		if (this.heartbeat != null) {
			this.heartbeat.start();
		}
		this.inbound.begin();
		return true;
	}

	/**
	 * The session's handler runs, and gets what came right behind the handshake.
	 */
	void deliverEarlyBytes() {
		this.transport.begin();
	}

	// From any thread

	Flux<WebSocketMessage> inbound() {
		return this.inbound;
	}

	boolean isOpen() {
		return this.closing.isOpen();
	}

	OutboundFrames outbound() {
		return this.outbound;
	}

	void execute(Runnable task) {
		this.outbound.execute(task);
	}

	Mono<CloseStatus> closeStatus() {
		return this.closing.status();
	}

	Mono<Void> close(CloseStatus status) {
		return Mono.create((sink) -> {
			if (this.outbound.inEventLoop()) {
				close(status, sink);
				return;
			}
			try {
				this.channel.eventLoop().execute(() -> close(status, sink));
			}
			catch (RejectedExecutionException ex) {
				// The server is down
				sink.error(new AbortedException(ex));
			}
		});
	}

	private void close(CloseStatus status, MonoSink<Void> sink) {
		try {
			sendClose(status);
			this.outbound.whenWritten((error) -> sink.success());
		}
		catch (RuntimeException ex) {
			// A status that must not be sent, or a server that goes down this very moment
			this.outbound.application().call(() -> sink.error(ex));
		}
	}

	// The handler of the application

	void handlerCompleted() {
		sendClose(CloseStatus.NORMAL);
	}

	void handlerFailed(Throwable error, HandlerFailures failures) {
		if (this.closing.isSent() || this.ended || error instanceof AbortedException) {
			logger.debug("Handler ended after its session: " + error);
		}
		else {
			failures.log(error);
		}
		sendClose(CloseStatus.SERVER_ERROR);
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
		execute(() -> sendClose(CloseStatus.SERVER_ERROR));
	}

	// Outbound

	@Override
	public void channelWritabilityChanged(ChannelHandlerContext ctx) {
		this.outbound.writabilityChanged();
		ctx.fireChannelWritabilityChanged();
	}

	// Inbound

	/**
	 * Tells whether the decoder should pause until the transport is read again.
	 * @return whether there are enough messages
	 */
	boolean isFull() {
		return this.inbound.isFull();
	}

	@Override
	public void handlerAdded(ChannelHandlerContext ctx) {
		this.outbound.begin(ctx);
	}

	/**
	 * The HTTP exchange has left the pipeline.
	 */
	void exchangeEnded() {
		this.transport.exchangeEnded();
	}

	@Override
	public void channelRead(ChannelHandlerContext ctx, Object message) {
		if (message instanceof WebSocketFrame frame) {
			this.outbound.readBegins();
			onFrame(ctx, frame);
		}
		else {
			// The end of the request, which the HTTP exchange still waits for
			ctx.fireChannelRead(message);
			exchangeEnded();
		}
	}

	private void onFrame(ChannelHandlerContext ctx, WebSocketFrame frame) {
		if (this.closing.isReceived() || this.ended) {
			frame.release();
		}
		else if (frame instanceof CloseWebSocketFrame close) {
			this.closing.receive(close);
			end(null);
		}
		else if (this.closing.isSent()) {
			frame.release();
		}
		else if (frame instanceof PingWebSocketFrame && !this.deliverPings) {
			this.outbound.answer(frame.content());
		}
		else if (frame instanceof PingWebSocketFrame) {
			deliver(WebSocketMessage.Type.PING, frame);
		}
		else if (frame instanceof PongWebSocketFrame && frame.content().equals(HEARTBEAT)) {
			frame.release();
		}
		else if (frame instanceof PongWebSocketFrame) {
			deliver(WebSocketMessage.Type.PONG, frame);
		}
		else {
			WebSocketMessage message = this.assembler.add(ctx.alloc(), frame);
			if (message != null) {
				this.inbound.add(message);
			}
		}
	}

	private void deliver(WebSocketMessage.Type type, WebSocketFrame frame) {
		this.inbound.add(new WebSocketMessage(type, this.bufferFactory.wrap(frame.content())));
	}

	@Override
	public void channelReadComplete(ChannelHandlerContext ctx) {
		this.outbound.readCompletes();
		ctx.fireChannelReadComplete();
	}

	// The closing handshake

	/**
	 * Begins the closing handshake from this side.
	 */
	private void sendClose(CloseStatus status) {
		if (!this.closing.isSent() && !this.ended) {
			this.closing.begin(status, this.settings.closeTimeout(), () -> end(null));
			this.inbound.readOn();
			tellOfClose();
		}
	}

	private void fail(WebSocketCloseStatus status, Throwable error) {
		if (!this.ended) {
			this.closing.fail(status, error);
			end(error);
		}
	}

	/**
	 * Ends the session and the transport's sending side.
	 */
	private void end(@Nullable Throwable error) {
		if (!this.ended) {
			settle(error);
			this.transport.setReading(true);
			this.outbound.end();
			tellOfEnd(error);
		}
	}

	/**
	 * Our own part of the end, which is complete before the first call of the
	 * application's code.
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
		this.assembler.release();
		this.outbound.close(error);
		if (this.onEnd != null) {
			this.onEnd.settle();
		}
	}

	private void tellOfClose() {
		this.closing.tell();
		this.outbound.endSenders();
	}

	private void tellOfEnd(@Nullable Throwable error) {
		this.closing.tell();
		this.inbound.terminate(error);
		this.outbound.endSenders();
		if (this.onEnd != null) {
			this.onEnd.tell();
		}
	}

	// The heartbeat

	@Override
	public void ping() {
		this.transport.pinged();
		this.outbound.ping(HEARTBEAT.duplicate());
	}

	@Override
	public void listen() {
		this.transport.listen();
	}

	@Override
	public boolean hasBeenHeard() {
		return this.transport.hasBeenHeard();
	}

	@Override
	public void lost() {
		logger.debug("Nothing heard from the peer of " + this.channel);
		this.transport.abort();
	}

	// The end of the transport

	@Override
	public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
		if (event == ChannelInputShutdownEvent.INSTANCE && !this.ended) {
			// RFC 8441, section 5: END_STREAM is what the end of TCP is to HTTP/1.1
			end((this.closing.isSent()) ? null : new AbortedException("The peer ended its side without a Close frame"));
		}
		else if (event == InboundMark.ENDING && !this.ended) {
			awaitReading();
		}
		else if (event instanceof SslCloseCompletionEvent) {
			ctx.close();
		}
		// None is for the handlers of the HTTP exchange, which would wait for the next
		// request when theirs is over, with an idle timeout
	}

	private void awaitReading() {
		this.readingTimeout = new ReadingTimeout(this.channel.eventLoop(), this.settings.closeTimeout(), this.inbound);
		this.readingTimeout.start();
	}

	@Override
	public void channelInactive(ChannelHandlerContext ctx) {
		if (!this.ended) {
			Throwable error = (this.closing.isSent()) ? null
					: new AbortedException("The peer left without a Close frame");
			settle(error);
			tellOfEnd(error);
		}
		ctx.fireChannelInactive();
	}

	/**
	 * What has been written fails before the channel becomes inactive. The handler that
	 * waited for it must not be taken for the one that ended the session.
	 */
	private void transportLost(Throwable cause) {
		if (!this.ended) {
			logger.debug("Transport lost: " + cause);
			Throwable error = (this.closing.isSent()) ? null : new AbortedException(cause);
			settle(error);
			this.transport.abort();
			tellOfEnd(error);
		}
	}

	@Override
	public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
		if (this.outbound.isOfMessage(cause)) {
			return;
		}
		if (cause instanceof CorruptedWebSocketFrameException corrupted) {
			logger.debug("Protocol violation: " + cause.getMessage());
			fail(corrupted.closeStatus(), cause);
		}
		else if (cause instanceof IOException) {
			logger.debug("Transport lost: " + cause);
			ctx.close();
		}
		else {
			logger.debug("Session failed", cause);
			fail(WebSocketCloseStatus.INTERNAL_SERVER_ERROR, cause);
		}
	}

	/**
	 * Is told when the session ends.
	 */
	interface End {

		/**
		 * Gives back what the session had, without a call of the application's code.
		 */
		void settle();

		/**
		 * Lets the application know.
		 */
		void tell();

	}

}
