package io.github.websockethttp2.stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.util.concurrent.PromiseNotifier;
import org.jspecify.annotations.Nullable;

/**
 * Writes the bytes of a session as the DATA frames of its stream (RFC 9113, section 6.1).
 * While frames wait for the peer, what follows waits here and becomes one frame, so that
 * a peer which does not read costs bytes and not an object for each message. All methods
 * run on the stream's event loop, and take the context of the transport.
 */
final class DataFrameWriter {

	/** From here on a buffer travels in a DATA frame of its own rather than be copied. */
	private static final int COPY_LIMIT = 4 * 1024;

	/** RFC 9113, section 6.5.2: the size of frame that every peer takes. */
	private static final int FRAME_SIZE = 16 * 1024;

	private static final int MIN_CAPACITY = 256;

	private final WritePromises promises = new WritePromises();

	private @Nullable ByteBuf batch;

	private boolean owned;

	private @Nullable ChannelFuture lastWrite;

	private @Nullable ChannelFuture writeBefore;

	private boolean waiting;

	/**
	 * Takes bytes, which leave with the next flush. None are a mere barrier.
	 */
	void write(ChannelHandlerContext ctx, ByteBuf bytes, ChannelPromise promise) {
		append(ctx, bytes);
		this.promises.add(promise);
		if (this.batch != null && this.batch.readableBytes() >= FRAME_SIZE) {
			writeBatch(ctx, false);
		}
	}

	private void append(ChannelHandlerContext ctx, ByteBuf bytes) {
		ByteBuf batch = this.batch;
		if (batch == null) {
			this.batch = bytes;
			this.owned = false;
		}
		else if (!bytes.isReadable()) {
			bytes.release();
		}
		else if (bytes.readableBytes() > COPY_LIMIT
				|| batch.readableBytes() > COPY_LIMIT && batch.readableBytes() + bytes.readableBytes() > FRAME_SIZE) {
			writeBatch(ctx, false);
			this.batch = bytes;
			this.owned = false;
		}
		else {
			merge(ctx, batch, bytes);
		}
	}

	/**
	 * Appends to a buffer of our own only: the memory behind another may be shared.
	 */
	private void merge(ChannelHandlerContext ctx, ByteBuf batch, ByteBuf bytes) {
		ByteBuf merged = batch;
		if (!this.owned || batch.maxFastWritableBytes() < bytes.readableBytes()) {
			merged = ctx.alloc().buffer(Math.max(MIN_CAPACITY, 2 * (batch.readableBytes() + bytes.readableBytes())));
			merged.writeBytes(batch);
			batch.release();
		}
		merged.writeBytes(bytes);
		bytes.release();
		this.batch = merged;
		this.owned = true;
	}

	private void writeBatch(ChannelHandlerContext ctx, boolean endStream) {
		ByteBuf batch = (this.batch != null) ? this.batch : Unpooled.EMPTY_BUFFER;
		this.batch = null;
		ChannelPromise promise = ctx.newPromise();
		this.promises.follow(promise);
		if (batch.isReadable() || endStream) {
			this.writeBefore = this.lastWrite;
			this.lastWrite = promise;
			ctx.write(new DefaultHttp2DataFrame(batch, endStream), promise);
			return;
		}
		// A mere barrier: it is passed when everything before it is
		batch.release();
		if (this.lastWrite != null) {
			PromiseNotifier.cascade(this.lastWrite, promise);
		}
		else {
			promise.setSuccess();
		}
	}

	/**
	 * Writes what there is, unless it has to wait.
	 */
	void flush(ChannelHandlerContext ctx) {
		if (this.batch != null && !isHoldingBack(ctx)) {
			writeBatch(ctx, false);
		}
		ctx.flush();
	}

	/**
	 * Tells whether two frames still wait for the peer, and not just for the connection
	 * to be flushed. If so, the channel is flushed when one of them has left.
	 */
	boolean isHoldingBack(ChannelHandlerContext ctx) {
		ChannelFuture writeBefore = this.writeBefore;
		if (writeBefore == null || writeBefore.isDone()) {
			return false;
		}
		if (!this.waiting) {
			this.waiting = true;
			writeBefore.addListener((written) -> {
				this.waiting = false;
				ctx.pipeline().flush();
			});
		}
		return true;
	}

	/**
	 * Writes what there is and END_STREAM.
	 */
	void end(ChannelHandlerContext ctx) {
		writeBatch(ctx, true);
		ctx.flush();
	}

	/**
	 * Tells whether writes fail at once, as on a stream that is about to be closed.
	 */
	boolean isFailing() {
		return this.lastWrite != null && this.lastWrite.cause() != null;
	}

	void release() {
		if (this.batch != null) {
			this.batch.release();
			this.batch = null;
		}
		this.promises.fail();
	}

}
