package io.github.websockethttp2.channel;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

import io.github.websockethttp2.frame.OutboundMark;
import io.github.websockethttp2.frame.SharedMessage;
import io.github.websockethttp2.session.SessionTraffic;
import io.github.websockethttp2.transport.ByteTransport;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import org.jspecify.annotations.Nullable;

import org.springframework.web.reactive.socket.WebSocketMessage;

/**
 * The frames that a session sends: the messages of its senders, pongs, and one Close
 * frame, which nothing may follow (RFC 6455, section 5.5.1). Confined to the event loop,
 * except for the methods that say otherwise.
 */
final class OutboundFrames {

	private final Channel channel;

	private final ByteTransport transport;

	private final OutboundListener listener;

	private final List<SessionSender> senders = new ArrayList<>(1);

	private final MessageWrites writes = new MessageWrites();

	private final PendingPong pong = new PendingPong();

	private @Nullable ChannelHandlerContext ctx;

	/** Other threads read it, too, and may see it late. */
	private @Nullable OutboundFlushes flushes;

	private boolean stopped;

	/** Why nothing is sent any more; {@code null} after a regular closing handshake. */
	private @Nullable Throwable stopError;

	private @Nullable WaitingSenders waiting;

	OutboundFrames(Channel channel, ByteTransport transport, OutboundListener listener) {
		this.channel = channel;
		this.transport = transport;
		this.listener = listener;
	}

	void begin(ChannelHandlerContext ctx) {
		this.ctx = ctx;
	}

	// From any thread

	EventLoop eventLoop() {
		return this.channel.eventLoop();
	}

	boolean inEventLoop() {
		return eventLoop().inEventLoop();
	}

	/**
	 * Runs a task on the event loop.
	 * @param task the task
	 * @return {@code false} if the event loop is gone and the task will not run
	 */
	boolean tryExecute(Runnable task) {
		return EventLoops.tryExecute(eventLoop(), task);
	}

	long bufferedAmount() {
		return this.transport.bufferedAmount();
	}

	Duration bufferedFor() {
		OutboundFlushes flushes = this.flushes;
		return (flushes != null) ? flushes.bufferedFor() : Duration.ZERO;
	}

	ApplicationCalls application() {
		return this.listener;
	}

	@Nullable SessionTraffic traffic() {
		return this.listener.traffic();
	}

	/**
	 * Adds a sender, which ends with the session at the latest.
	 */
	void addSender(SessionSender sender) {
		if (this.stopped) {
			sender.end(this.stopError);
		}
		else {
			this.senders.add(sender);
		}
	}

	/**
	 * Returns whether a Close frame has been sent, behind which there are no messages.
	 * Senders may not know yet, as the application is told first.
	 */
	boolean isStopped() {
		return this.stopped;
	}

	void removeSender(SessionSender sender) {
		this.senders.remove(sender);
	}

	/**
	 * Returns the senders with messages that wait. Created on demand, since few sessions
	 * have any.
	 */
	WaitingSenders waiting() {
		WaitingSenders waiting = this.waiting;
		if (waiting == null) {
			waiting = new WaitingSenders();
			this.waiting = waiting;
		}
		return waiting;
	}

	boolean hasRoom() {
		return this.transport.bytesBeforeUnwritable() > 0;
	}

	/**
	 * Flushes early, to make room.
	 * @return whether there is room now
	 */
	boolean makeRoom() {
		return flushes().flushEarly() && hasRoom();
	}

	void writabilityChanged() {
		if (!this.transport.isWritable()) {
			return;
		}
		ByteBuf pong = this.pong.take();
		if (pong != null) {
			write(new PongWebSocketFrame(pong));
		}
		if (this.waiting != null && !this.stopped) {
			this.waiting.roomAgain();
		}
	}

	/**
	 * Writes a message. If this fails, nothing of it is written.
	 * @return the size of its payload
	 */
	int write(WebSocketMessage message) {
		// Also if this message is none that can be sent, for those that waited
		flushes().schedule();
		if (this.waiting != null && !this.stopped) {
			this.waiting.writeAll();
		}
		return this.writes.write(context(), message, traffic());
	}

	/**
	 * Writes a shared message, which somebody flushes in this turn of the event loop. If
	 * this fails, nothing of it is written.
	 */
	void writeUnflushed(SharedMessage message) {
		this.writes.write(context(), message, traffic());
	}

	/**
	 * Returns whether an exception of the pipeline is for the sender whose message is
	 * being written.
	 */
	boolean isOfMessage(Throwable cause) {
		return this.writes.caused(cause);
	}

	void ping(ByteBuf payload) {
		if (!this.stopped) {
			write(new PingWebSocketFrame(payload));
		}
	}

	/**
	 * Answers a ping, now or when the peer reads.
	 */
	void answer(ByteBuf payload) {
		SessionTraffic traffic = traffic();
		if (this.pong.drop() && traffic != null) {
			traffic.pingDropped();
		}
		if (this.transport.isWritable()) {
			write(new PongWebSocketFrame(payload));
		}
		else {
			this.pong.set(payload);
		}
	}

	/**
	 * Sends a Close frame. Nothing follows it.
	 */
	void close(CloseWebSocketFrame frame, @Nullable Throwable error) {
		stop(error);
		write(frame);
	}

	/**
	 * Sends no more frames.
	 * @param error the reason, or {@code null} after a regular closing handshake
	 */
	void stop(@Nullable Throwable error) {
		if (!this.stopped) {
			this.stopped = true;
			this.stopError = error;
		}
		this.pong.drop();
	}

	/**
	 * Ends the senders. Comes after {@link #stop}, since it runs the application's code.
	 */
	void endSenders() {
		List<SessionSender> senders = List.copyOf(this.senders);
		this.senders.clear();
		senders.forEach((sender) -> sender.end(this.stopError));
	}

	private void write(WebSocketFrame frame) {
		context().write(frame, this.channel.voidPromise());
		flushes().schedule();
	}

	/**
	 * Calls back when everything written so far has been sent, or cannot be any more.
	 * @param callback takes the error, or {@code null} if there is none; what a regular
	 * closing handshake has left behind is none
	 */
	void whenWritten(Consumer<@Nullable Throwable> callback) {
		ChannelPromise promise = this.channel.newPromise();
		promise.addListener((future) -> {
			Throwable cause = future.cause();
			if (cause != null) {
				this.listener.writeFailed(cause);
			}
			Throwable error = (this.stopped && this.stopError == null) ? null : cause;
			this.listener.call(() -> callback.accept(error));
		});
		context().write(OutboundMark.BARRIER, promise);
		flushes().schedule();
	}

	/**
	 * Ends the output of the transport, behind what has been written.
	 */
	void end(OutboundMark mark) {
		context().writeAndFlush(mark, this.channel.newPromise());
	}

	/**
	 * Returns the flushes. Created on demand, since most sessions of a server may be
	 * idle.
	 */
	OutboundFlushes flushes() {
		OutboundFlushes flushes = this.flushes;
		if (flushes == null) {
			flushes = new OutboundFlushes(context(), this.transport, this.listener);
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
		return Objects.requireNonNull(this.ctx, "Not in a pipeline");
	}

}
