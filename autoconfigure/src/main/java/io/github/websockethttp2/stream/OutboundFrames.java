package io.github.websockethttp2.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

import io.github.websockethttp2.session.UncompressedMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.netty.channel.AbortedException;

import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.web.reactive.socket.WebSocketMessage;

/**
 * What a session sends: the messages of its senders, pongs, and one Close frame after
 * which there is nothing (RFC 6455, section 5.5.1). What is written in one go leaves
 * together. Confined to the event loop, but for the methods that say otherwise.
 */
final class OutboundFrames {

	private static final Log logger = LogFactory.getLog(OutboundFrames.class);

	private final Channel channel;

	private final ByteTransport transport;

	private final Consumer<Throwable> onLost;

	private final ApplicationCalls application;

	private final List<OutboundMessages.Sender> senders = new ArrayList<>(1);

	private @Nullable ChannelHandlerContext ctx;

	private boolean closed;

	private @Nullable Throwable error;

	/** What the last ping that is not answered yet had in it. */
	private @Nullable ByteBuf pong;

	private boolean inRead;

	private boolean flushScheduled;

	/**
	 * Create the outbound half of a session.
	 * @param channel the session's channel
	 * @param transport what carries it
	 * @param onLost is told why what was written could not be sent
	 * @param application calls what belongs to the application
	 */
	OutboundFrames(Channel channel, ByteTransport transport, Consumer<Throwable> onLost, ApplicationCalls application) {
		this.channel = channel;
		this.transport = transport;
		this.onLost = onLost;
		this.application = application;
	}

	void begin(ChannelHandlerContext ctx) {
		this.ctx = ctx;
	}

	// From any thread

	boolean inEventLoop() {
		return this.channel.eventLoop().inEventLoop();
	}

	void execute(Runnable task) {
		if (inEventLoop()) {
			task.run();
		}
		else {
			try {
				this.channel.eventLoop().execute(task);
			}
			catch (RejectedExecutionException ex) {
				logger.debug("The server is down, and its sessions with it: " + ex);
			}
		}
	}

	// Senders

	ApplicationCalls application() {
		return this.application;
	}

	boolean addSender(OutboundMessages.Sender sender) {
		if (this.closed) {
			sender.terminate(AbortedException.beforeSend());
			return false;
		}
		return this.senders.add(sender);
	}

	void removeSender(OutboundMessages.Sender sender) {
		this.senders.remove(sender);
	}

	long bytesBeforeUnwritable() {
		return this.transport.bytesBeforeUnwritable();
	}

	void writabilityChanged() {
		if (!this.channel.isWritable()) {
			return;
		}
		ByteBuf pong = this.pong;
		if (pong != null) {
			this.pong = null;
			write(new PongWebSocketFrame(pong));
		}
		if (!this.senders.isEmpty()) {
			List.copyOf(this.senders).forEach(OutboundMessages.Sender::requestMore);
		}
	}

	// Frames

	void write(WebSocketMessage message) {
		ByteBuf payload = NettyDataBufferFactory.toByteBuf(message.getPayload());
		if (this.closed) {
			payload.release();
			return;
		}
		boolean uncompressed = message instanceof UncompressedMessage;
		WebSocketFrame frame = switch (message.getType()) {
			case TEXT -> (uncompressed) ? new PerMessageDeflateHandler.UncompressedText(payload)
					: new TextWebSocketFrame(payload);
			case BINARY -> (uncompressed) ? new PerMessageDeflateHandler.UncompressedBinary(payload)
					: new BinaryWebSocketFrame(payload);
			case PING -> new PingWebSocketFrame(payload);
			case PONG -> new PongWebSocketFrame(payload);
		};
		write(frame);
	}

	void ping(ByteBuf payload) {
		if (!this.closed) {
			write(new PingWebSocketFrame(payload));
		}
	}

	/**
	 * Answers a ping. To a peer that does not read, only the last is worth an answer (RFC
	 * 6455, section 5.5.3): it could pile up as many as it likes otherwise.
	 */
	void answer(ByteBuf payload) {
		releasePong();
		if (this.channel.isWritable()) {
			write(new PongWebSocketFrame(payload));
		}
		else {
			this.pong = payload;
		}
	}

	/**
	 * Sends a Close frame, and nothing after it.
	 */
	void close(CloseWebSocketFrame frame, @Nullable Throwable error) {
		close(error);
		write(frame);
	}

	/**
	 * Sends nothing any more.
	 * @param error why, or {@code null} if it is as it should be
	 */
	void close(@Nullable Throwable error) {
		if (!this.closed) {
			this.closed = true;
			this.error = error;
		}
		releasePong();
	}

	/**
	 * Ends the senders after {@link #close}: what they run is the application's.
	 */
	void endSenders() {
		List<OutboundMessages.Sender> senders = List.copyOf(this.senders);
		this.senders.clear();
		senders.forEach((sender) -> sender.terminate(this.error));
	}

	private void releasePong() {
		if (this.pong != null) {
			this.pong.release();
			this.pong = null;
		}
	}

	private void write(WebSocketFrame frame) {
		context().write(frame, this.channel.voidPromise());
		scheduleFlush();
	}

	/**
	 * Calls back when everything written so far has left for the peer.
	 * @param callback gets the error if it could not, or {@code null}
	 */
	void whenWritten(Consumer<@Nullable Throwable> callback) {
		ChannelPromise promise = this.channel.newPromise();
		promise.addListener((future) -> {
			if (future.cause() != null) {
				this.onLost.accept(future.cause());
			}
			this.application.call(() -> callback.accept(future.cause()));
		});
		context().write(Unpooled.EMPTY_BUFFER, promise);
		scheduleFlush();
	}

	// Flushing

	/**
	 * Messages are being read, and answers to them leave when the last is.
	 */
	void readBegins() {
		this.inRead = true;
	}

	void readCompletes() {
		if (this.inRead) {
			this.inRead = false;
			flush();
		}
	}

	void flush() {
		context().flush();
	}

	/**
	 * Sends what is there on its way, whatever the peer takes, since the end follows.
	 */
	void finish() {
		context().writeAndFlush(Unpooled.EMPTY_BUFFER, this.channel.voidPromise());
	}

	private void scheduleFlush() {
		if (!this.inRead && !this.flushScheduled) {
			this.flushScheduled = true;
			this.channel.eventLoop().execute(() -> {
				this.flushScheduled = false;
				flush();
			});
		}
	}

	private ChannelHandlerContext context() {
		ChannelHandlerContext ctx = this.ctx;
		if (ctx == null) {
			throw new IllegalStateException("Not in a pipeline");
		}
		return ctx;
	}

}
