package io.github.websockethttp2.channel;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import io.github.websockethttp2.frame.OutboundMark;
import io.github.websockethttp2.transport.ByteTransport;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;

import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.web.reactive.socket.WebSocketMessage;

/**
 * What a session sends: the messages of its senders, pongs, and one Close frame after
 * which there is nothing (RFC 6455, section 5.5.1). What is written in one go leaves
 * together. Confined to the event loop, but for the methods that say otherwise.
 */
final class OutboundFrames {

	private final Channel channel;

	private final ByteTransport transport;

	private final Consumer<Throwable> onLost;

	private final ApplicationCalls application;

	private final List<SessionSender> senders = new ArrayList<>(1);

	private @Nullable ChannelHandlerContext ctx;

	private @Nullable OutboundFlushes flushes;

	private boolean closed;

	/** Why, or {@code null} if it was closed as it should be. */
	private @Nullable Throwable closeError;

	private boolean writing;

	private @Nullable Throwable writeError;

	/** What the last ping that is not answered yet had in it. */
	private @Nullable ByteBuf pong;

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
		tryExecute(task);
	}

	/**
	 * Runs a task on the event loop.
	 * @param task the task
	 * @return whether it has run or will, or {@code false} if the event loop is gone
	 */
	boolean tryExecute(Runnable task) {
		return EventLoops.tryExecute(this.channel.eventLoop(), task);
	}

	/**
	 * Returns how many bytes wait to be sent.
	 */
	long bufferedAmount() {
		return BufferedAmount.of(this.channel);
	}

	// Senders

	ApplicationCalls application() {
		return this.application;
	}

	/**
	 * Takes a sender, which ends with the session.
	 */
	void addSender(SessionSender sender) {
		if (this.closed) {
			sender.terminate(this.closeError);
		}
		else {
			this.senders.add(sender);
		}
	}

	void removeSender(SessionSender sender) {
		this.senders.remove(sender);
	}

	boolean hasRoom() {
		return this.transport.bytesBeforeUnwritable() > 0;
	}

	/**
	 * Flushes early where there is no room otherwise.
	 * @return whether there is room then
	 */
	boolean makeRoom() {
		return flushes().flushEarly() && hasRoom();
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
	}

	// Frames

	/**
	 * Sends a message. If it cannot be sent, nothing of it is written.
	 * @return the size of its payload
	 */
	int write(WebSocketMessage message) {
		ByteBuf payload = NettyDataBufferFactory.toByteBuf(message.getPayload());
		int size = payload.readableBytes();
		writeOrThrow(MessageFrames.of(message, payload));
		return size;
	}

	private void writeOrThrow(WebSocketFrame frame) {
		this.writing = true;
		try {
			write(frame);
		}
		finally {
			this.writing = false;
		}
		Throwable error = this.writeError;
		if (error != null) {
			this.writeError = null;
			throw Exceptions.propagate(error);
		}
	}

	/**
	 * An exception has gone through the pipeline. If it is the fault of the message that
	 * is being written, its sender gets it.
	 * @param cause the exception
	 * @return whether that is so
	 */
	boolean isOfMessage(Throwable cause) {
		if (this.writing && !(cause instanceof IOException)) {
			this.writeError = cause;
			return true;
		}
		return false;
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
			this.closeError = error;
		}
		releasePong();
	}

	/**
	 * Ends the senders after {@link #close}: what they run is the application's.
	 */
	void endSenders() {
		List<SessionSender> senders = List.copyOf(this.senders);
		this.senders.clear();
		senders.forEach((sender) -> sender.terminate(this.closeError));
	}

	private void releasePong() {
		if (this.pong != null) {
			this.pong.release();
			this.pong = null;
		}
	}

	private void write(WebSocketFrame frame) {
		context().write(frame, this.channel.voidPromise());
		flushes().schedule();
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
		context().write(OutboundMark.BARRIER, promise);
		flushes().schedule();
	}

	/**
	 * Ends this side of the transport behind what has been written.
	 */
	void end() {
		context().writeAndFlush(OutboundMark.END, this.channel.newPromise());
	}

	/**
	 * Returns when what is written is flushed. Made when it is needed: most sessions of a
	 * server may be idle.
	 */
	OutboundFlushes flushes() {
		OutboundFlushes flushes = this.flushes;
		if (flushes == null) {
			flushes = new OutboundFlushes(context(), this.transport);
			this.flushes = flushes;
		}
		return flushes;
	}

	void readCompletes() {
		if (this.flushes != null) {
			this.flushes.readCompletes();
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
