package io.github.websockethttp2.server.http2;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.github.websockethttp2.frame.HeldBytes;
import io.github.websockethttp2.transport.InboundCredit;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * A stream without a session: either it has none yet and its DATA is kept, or the
 * server's side has ended, its DATA is dropped and its time is limited.
 */
final class PendingStream {

	private final HeldBytes held = new HeldBytes();

	private final InboundCredit credit;

	private final Http2FrameStream stream;

	private boolean endStream;

	private boolean dropped;

	private @Nullable Future<?> timeout;

	PendingStream(InboundCredit credit, Http2FrameStream stream) {
		this.credit = credit;
		this.stream = stream;
	}

	Http2FrameStream stream() {
		return this.stream;
	}

	int size() {
		return this.held.size();
	}

	boolean isDropped() {
		return this.dropped;
	}

	/**
	 * Returns whether the peer has ended its side since.
	 */
	boolean isInputEnded() {
		return this.endStream;
	}

	/**
	 * Keeps the bytes of a frame, or drops them. Frames are not kept as such: a peer that
	 * sends one byte per frame must not be able to create an object with each.
	 * @param ctx the connection handler's context
	 * @param frame the frame, which this object then owns
	 */
	void hold(ChannelHandlerContext ctx, Http2DataFrame frame) {
		this.endStream |= frame.isEndStream();
		ByteBuf content = frame.content();
		int unused = frame.initialFlowControlledBytes();
		if (this.dropped) {
			content.release();
		}
		else {
			unused -= content.readableBytes();
			this.held.add(ctx.alloc(), content);
		}
		this.credit.consumed(ctx, this.stream.id(), unused);
	}

	/**
	 * Passes the kept DATA to the stream's channel, if there is any.
	 * @param ctx the connection handler's context
	 */
	void forward(ChannelHandlerContext ctx) {
		if (!this.held.isEmpty() || this.endStream) {
			forward(ctx, ctx::fireChannelRead);
			ctx.fireChannelReadComplete();
		}
	}

	/**
	 * Hands over the kept DATA, in few frames.
	 * @param ctx the connection handler's context
	 * @param sink takes the frames
	 */
	void forward(ChannelHandlerContext ctx, Consumer<Http2DataFrame> sink) {
		if (this.held.isEmpty() && !this.endStream) {
			return;
		}
		do {
			ByteBuf bytes = this.held.take();
			ByteBuf content = (bytes != null) ? bytes : ctx.alloc().buffer(0);
			boolean last = this.held.isEmpty();
			sink.accept(new DefaultHttp2DataFrame(content, last && this.endStream).stream(this.stream));
		}
		while (!this.held.isEmpty());
	}

	/**
	 * Drops the kept DATA, and all that still arrives.
	 * @param ctx the connection handler's context
	 */
	void drop(ChannelHandlerContext ctx) {
		this.dropped = true;
		int size = this.held.size();
		this.held.release();
		this.credit.consumed(ctx, this.stream.id(), size);
	}

	void onTimeout(EventExecutor executor, Duration timeout, Runnable action) {
		if (this.timeout == null) {
			this.timeout = executor.schedule(action, timeout.toNanos(), TimeUnit.NANOSECONDS);
		}
	}

	/**
	 * Releases the kept DATA of a closed stream. The codec has already returned its bytes
	 * to the connection's window.
	 */
	void release() {
		this.held.release();
		if (this.timeout != null) {
			this.timeout.cancel(false);
		}
	}

}
