package io.github.websockethttp2.frame;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.IllegalReferenceCountException;
import org.jspecify.annotations.Nullable;

/**
 * Encodes frames (RFC 6455, section 5.2), masked if this is a client. The frames between
 * two flushes share one buffer. Netty's encoder allocates a buffer for each frame, which
 * for small messages costs more than the message. Frames that many sessions share are
 * encoded already, and go on as they are where they are copied anyway.
 */
public final class FrameEncoder extends ChannelOutboundHandlerAdapter {

	/** Up to this size a payload is copied into the batch, in bytes. */
	private static final int COPY_LIMIT = 4 * 1024;

	/**
	 * Up to this size a frame that many sessions share is collected, in bytes. It is
	 * often the only one.
	 */
	private static final int SHARED_COPY_LIMIT = 256;

	/** A batch of this size is passed on without a flush, in bytes. */
	private static final int BATCH_SIZE = 16 * 1024;

	private static final int MAX_HEADER_SIZE = FrameHead.MAX_SIZE + Integer.BYTES;

	private final Role role;

	private final ByteOutput output;

	private final WritePromises promises = new WritePromises();

	private @Nullable ByteBuf batch;

	private int expectedSize = ExpectedSize.FIRST;

	/**
	 * Create an encoder.
	 * @param role which end this is: a client masks
	 * @param output where the bytes go; while enough of them wait, frames are collected
	 */
	public FrameEncoder(Role role, ByteOutput output) {
		this.role = role;
		this.output = output;
	}

	@Override
	public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
		if (message instanceof WebSocketFrame frame) {
			write(ctx, frame, promise);
		}
		else if (message instanceof SharedMessage shared) {
			write(ctx, shared.uncompressed(), promise);
		}
		else if (message instanceof SharedFrame frame) {
			write(ctx, frame, promise);
		}
		else if (message == OutboundMark.BARRIER && this.batch != null) {
			this.promises.add(promise);
		}
		else {
			// Everything that was written before comes first
			writeBatch(ctx);
			ctx.write(message, promise);
		}
	}

	private void write(ChannelHandlerContext ctx, WebSocketFrame frame, ChannelPromise promise) {
		ByteBuf payload = frame.content();
		int length = payload.readableBytes();
		if (length > COPY_LIMIT && this.role == Role.CLIENT) {
			// Room for just this one
			writeBatch(ctx);
		}
		// What is masked is copied, as the payload may be somebody else's as well
		boolean copied = length <= COPY_LIMIT || this.role == Role.CLIENT;
		try {
			append(ctx, frame, length, copied);
		}
		catch (Throwable ex) {
			if (payload.refCnt() > 0) {
				payload.release();
			}
			throw ex;
		}
		if (copied) {
			payload.release();
			this.promises.add(promise);
			if (this.batch != null && this.batch.readableBytes() >= BATCH_SIZE) {
				writeBatch(ctx);
			}
		}
		else {
			writeBatch(ctx);
			writeBehindHead(ctx, payload, promise);
		}
	}

	/**
	 * Writes a payload. If that fails, as when memory runs out, the peer would take what
	 * follows for it.
	 */
	private static void writeBehindHead(ChannelHandlerContext ctx, ByteBuf payload, ChannelPromise promise) {
		ChannelFuture written = ctx.write(payload, promise.unvoid());
		if (written.isDone() && !written.isSuccess()) {
			ctx.close();
		}
	}

	/**
	 * Writes a frame that is encoded already. Only a client has to mask it.
	 */
	private void write(ChannelHandlerContext ctx, SharedFrame frame, ChannelPromise promise) {
		if (this.role == Role.CLIENT) {
			write(ctx, frame.toWebSocketFrame(), promise);
		}
		else if (collects(frame.size())) {
			ByteBuf batch = batch(ctx, frame.size());
			frame.appendTo(batch);
			this.promises.add(promise);
			if (batch.readableBytes() >= BATCH_SIZE) {
				writeBatch(ctx);
			}
		}
		else {
			writeBatch(ctx);
			ctx.write(frame.toBuffer(), promise);
		}
	}

	private boolean collects(int size) {
		return size <= SHARED_COPY_LIMIT
				&& (this.batch != null || this.output.isHoldingBack() || !this.output.copies(size));
	}

	/**
	 * Appends a frame, or only its header if the payload follows. Appends nothing on
	 * failure: the payload may have been released.
	 */
	private void append(ChannelHandlerContext ctx, WebSocketFrame frame, int length, boolean copied) {
		ByteBuf payload = frame.content();
		ByteBuf batch = batch(ctx, MAX_HEADER_SIZE + ((copied) ? length : 0));
		int begin = batch.writerIndex();
		try {
			FrameHead.write(batch, frame.isFinalFragment(), frame.rsv(), opcode(frame), this.role == Role.CLIENT,
					length);
			if (this.role == Role.CLIENT) {
				writeMasked(batch, payload, length);
			}
			else if (copied) {
				batch.writeBytes(payload, payload.readerIndex(), length);
			}
			else if (payload.refCnt() == 0) {
				throw new IllegalReferenceCountException(0);
			}
		}
		catch (Throwable ex) {
			batch.writerIndex(begin);
			throw ex;
		}
	}

	private static void writeMasked(ByteBuf out, ByteBuf payload, int length) {
		int key = Mask.nextKey();
		out.writeInt(key);
		int begin = out.writerIndex();
		out.writeBytes(payload, payload.readerIndex(), length);
		Mask.apply(out, begin, length, key);
	}

	private ByteBuf batch(ChannelHandlerContext ctx, int size) {
		ByteBuf batch = this.batch;
		if (batch == null) {
			batch = this.output.allocate(ctx.alloc(), Math.max(this.expectedSize, size));
			this.batch = batch;
		}
		return batch;
	}

	private static int opcode(WebSocketFrame frame) {
		if (frame instanceof TextWebSocketFrame) {
			return 0x1;
		}
		if (frame instanceof BinaryWebSocketFrame) {
			return 0x2;
		}
		if (frame instanceof PingWebSocketFrame) {
			return 0x9;
		}
		if (frame instanceof PongWebSocketFrame) {
			return 0xA;
		}
		if (frame instanceof CloseWebSocketFrame) {
			return 0x8;
		}
		if (frame instanceof ContinuationWebSocketFrame) {
			return 0x0;
		}
		throw new IllegalArgumentException("Unknown kind of frame: " + frame);
	}

	private void writeBatch(ChannelHandlerContext ctx) {
		ByteBuf batch = this.batch;
		if (batch == null) {
			return;
		}
		this.batch = null;
		this.expectedSize = ExpectedSize.next(this.expectedSize, Math.min(batch.readableBytes(), BATCH_SIZE));
		if (!batch.isReadable()) {
			// What was to be in it could not be written
			batch.release();
			writeBarrier(ctx);
		}
		else if (this.promises.isEmpty()) {
			ctx.write(batch, ctx.voidPromise());
		}
		else {
			ChannelPromise promise = ctx.newPromise();
			this.promises.follow(promise);
			ctx.write(batch, promise);
		}
	}

	private void writeBarrier(ChannelHandlerContext ctx) {
		if (!this.promises.isEmpty()) {
			ChannelPromise promise = ctx.newPromise();
			this.promises.follow(promise);
			ctx.write(OutboundMark.BARRIER, promise);
		}
	}

	@Override
	public void flush(ChannelHandlerContext ctx) {
		if (this.batch != null) {
			if (this.output.isHoldingBack()) {
				this.output.flushWhenWritten();
			}
			else {
				writeBatch(ctx);
			}
		}
		ctx.flush();
	}

	@Override
	public void handlerRemoved(ChannelHandlerContext ctx) {
		if (this.batch != null) {
			this.batch.release();
			this.batch = null;
		}
		this.promises.fail();
	}

}
