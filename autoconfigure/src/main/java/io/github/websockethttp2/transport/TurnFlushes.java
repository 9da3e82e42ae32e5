package io.github.websockethttp2.transport;

import java.util.Objects;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2FrameCodec;
import org.jspecify.annotations.Nullable;

/**
 * Flushes an HTTP/2 connection once in a turn of its event loop, however many streams
 * flush: a message to each of a hundred sessions is one write to the socket. What is
 * written while the connection is read is flushed when the read is complete, at once.
 * Anything else is flushed behind the tasks that the event loop has already, or as soon
 * as {@value #MAX_UNFLUSHED} bytes wait. Stands between the frame codec and the socket,
 * or TLS. Confined to the event loop.
 */
public final class TurnFlushes extends ChannelDuplexHandler {

	/** About what TLS and sockets take at a time. */
	private static final int MAX_UNFLUSHED = 64 * 1024;

	private @Nullable ChannelHandlerContext ctx;

	private boolean inRead;

	private boolean wanted;

	private boolean scheduled;

	private boolean urgent;

	private int unflushed;

	private TurnFlushes() {
	}

	/**
	 * Adds the handler to the pipeline of a connection.
	 * @param pipeline the pipeline, with the frame codec
	 * @return the handler
	 */
	public static TurnFlushes install(ChannelPipeline pipeline) {
		TurnFlushes flushes = new TurnFlushes();
		pipeline.addBefore(pipeline.context(Http2FrameCodec.class).name(), null, flushes);
		return flushes;
	}

	/**
	 * Flushes all streams and the socket without waiting for the end of the turn, so that
	 * there is room for more.
	 */
	public void flushNow() {
		this.urgent = true;
		try {
			context().pipeline().flush();
		}
		finally {
			this.urgent = false;
		}
	}

	@Override
	public void handlerAdded(ChannelHandlerContext ctx) {
		this.ctx = ctx;
	}

	@Override
	public void channelRead(ChannelHandlerContext ctx, Object message) {
		this.inRead = true;
		ctx.fireChannelRead(message);
	}

	@Override
	public void channelReadComplete(ChannelHandlerContext ctx) {
		try {
			ctx.fireChannelReadComplete();
		}
		finally {
			this.inRead = false;
			flushIfWanted(ctx);
		}
	}

	@Override
	public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
		if (message instanceof ByteBuf bytes) {
			this.unflushed += bytes.readableBytes();
		}
		ctx.write(message, promise);
	}

	@Override
	public void flush(ChannelHandlerContext ctx) {
		this.wanted = true;
		if (this.urgent || this.unflushed >= MAX_UNFLUSHED || ctx.channel().eventLoop().isShuttingDown()) {
			flushIfWanted(ctx);
		}
		else if (!this.inRead && !this.scheduled) {
			this.scheduled = true;
			ctx.channel().eventLoop().execute(() -> {
				this.scheduled = false;
				flushIfWanted(ctx);
			});
		}
	}

	/**
	 * A connection that closes does not wait for the end of the turn.
	 */
	@Override
	public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
		flushIfWanted(ctx);
		ctx.close(promise);
	}

	@Override
	public void handlerRemoved(ChannelHandlerContext ctx) {
		flushIfWanted(ctx);
	}

	private void flushIfWanted(ChannelHandlerContext ctx) {
		if (this.wanted) {
			this.wanted = false;
			this.unflushed = 0;
			ctx.flush();
		}
	}

	private ChannelHandlerContext context() {
		return Objects.requireNonNull(this.ctx, "Not in a pipeline");
	}

}
