package io.github.websockethttp2.transport;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2ResetFrame;
import org.jspecify.annotations.Nullable;

/**
 * Flushes the DATA of an HTTP/2 connection once in a turn of its event loop, however many
 * streams flush: a message to each of a hundred sessions is one write to the socket. The
 * flush comes behind the tasks that the event loop has already, or as soon as
 * {@value #MAX_UNFLUSHED} bytes wait. Any other frame is flushed at once, behind the DATA
 * before it: a stream that has been reset must send no more (RFC 9113, section 5.1), and
 * is not closed for Netty until the reset has left. When the connection has been read,
 * the frame codec flushes by itself. Stands next to it. Confined to the event loop.
 */
final class TurnFlushes extends ChannelDuplexHandler {

	/** About what TLS and sockets take at a time. */
	private static final int MAX_UNFLUSHED = 64 * 1024;

	private @Nullable ChannelHandlerContext ctx;

	private boolean wanted;

	private boolean urgent;

	private boolean scheduled;

	private boolean readCompletes;

	private int unflushed;

	private final List<Runnable> afterwards = new ArrayList<>();

	private final Runnable onReadComplete;

	private TurnFlushes(Runnable onReadComplete) {
		this.onReadComplete = onReadComplete;
	}

	/**
	 * Adds the handler to the pipeline of a connection.
	 * @param pipeline the pipeline, with the frame codec
	 * @param onReadComplete runs when the connection has been read, before the flush
	 * @return the handler
	 */
	static TurnFlushes install(ChannelPipeline pipeline, Runnable onReadComplete) {
		TurnFlushes flushes = new TurnFlushes(onReadComplete);
		pipeline.addAfter(pipeline.context(Http2FrameCodec.class).name(), null, flushes);
		return flushes;
	}

	/**
	 * Flushes at once, even while the connection is read or others are going to write.
	 */
	void flushNow() {
		flushed();
		context().flush();
	}

	/**
	 * DATA waits for the next flush that has not been written through this handler.
	 * @param bytes how many bytes
	 */
	void written(int bytes) {
		this.unflushed += bytes;
	}

	/**
	 * Flushes at the end of the turn, at the latest.
	 */
	void flush() {
		flush(context());
	}

	/**
	 * Runs a task after the flush that a flush has been deferred to, or at once.
	 * @param task the task
	 */
	void whenFlushed(Runnable task) {
		if (this.wanted && this.scheduled) {
			this.afterwards.add(task);
		}
		else {
			task.run();
		}
	}

	@Override
	public void handlerAdded(ChannelHandlerContext ctx) {
		this.ctx = ctx;
	}

	/**
	 * The frame codec flushes next, whatever is wanted.
	 */
	@Override
	public void channelReadComplete(ChannelHandlerContext ctx) {
		this.readCompletes = true;
		try {
			this.onReadComplete.run();
			ctx.fireChannelReadComplete();
		}
		finally {
			this.readCompletes = false;
			flushed();
		}
	}

	@Override
	public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
		if (message instanceof Http2DataFrame frame) {
			this.unflushed += frame.initialFlowControlledBytes();
		}
		else {
			if (this.wanted || (message instanceof Http2ResetFrame && this.unflushed > 0)) {
				flushNow();
			}
			this.urgent = true;
		}
		ctx.write(message, promise);
	}

	@Override
	public void flush(ChannelHandlerContext ctx) {
		if (this.urgent || this.unflushed >= MAX_UNFLUSHED || ctx.channel().eventLoop().isShuttingDown()) {
			flushNow();
			return;
		}
		this.wanted = true;
		if (!this.scheduled && !this.readCompletes) {
			this.scheduled = true;
			ctx.channel().eventLoop().execute(() -> {
				this.scheduled = false;
				flushIfWanted();
				runAfterwards();
			});
		}
	}

	@Override
	public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
		flushIfWanted();
		ctx.close(promise);
	}

	@Override
	public void handlerRemoved(ChannelHandlerContext ctx) {
		flushIfWanted();
	}

	private void flushIfWanted() {
		if (this.wanted) {
			flushNow();
		}
	}

	private void flushed() {
		this.wanted = false;
		this.urgent = false;
		this.unflushed = 0;
	}

	private ChannelHandlerContext context() {
		return Objects.requireNonNull(this.ctx, "Not in a pipeline");
	}

	private void runAfterwards() {
		if (!this.afterwards.isEmpty()) {
			List<Runnable> tasks = List.copyOf(this.afterwards);
			this.afterwards.clear();
			tasks.forEach(Runnable::run);
		}
	}

}
