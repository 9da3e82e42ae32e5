package io.github.websockethttp2.transport;

import java.util.ArrayList;
import java.util.List;

import io.github.websockethttp2.frame.ExpectedSize;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.util.IllegalReferenceCountException;
import org.jspecify.annotations.Nullable;

/**
 * The DATA frames (RFC 9113, section 6.1) that a connection sends next. While the flow
 * controller distributes the windows among the streams, heads and small payloads are
 * copied into one buffer: up to some kilobytes that costs less than buffers and promises
 * of their own. Bigger payloads follow their head as they are. Confined to the event
 * loop.
 */
final class DataBatch {

	/** Up to this size a payload is copied in any case, in bytes. */
	private static final int COPY_LIMIT = 12 * 1024;

	/** A batch of this size is written at once, in bytes. */
	private static final int SIZE = 16 * 1024;

	private static final int HEAD_SIZE = 9;

	private boolean distributing;

	private @Nullable ByteBuf buffer;

	private int expectedSize = ExpectedSize.FIRST;

	/** What has its last byte in the buffer. */
	private @Nullable ChannelFutureListener only;

	private @Nullable Finished finished;

	/**
	 * Returns whether a payload is copied, whatever memory it is in.
	 * @param length its length in bytes
	 */
	static boolean copies(int length) {
		return length <= COPY_LIMIT;
	}

	/**
	 * The windows are going to be distributed. Otherwise, every frame is written at once.
	 * @return {@code false} if they are being distributed already, and whoever began that
	 * ends it
	 */
	boolean begin() {
		boolean first = !this.distributing;
		this.distributing = true;
		return first;
	}

	/**
	 * Returns whether the windows are being distributed.
	 */
	boolean isDistributing() {
		return this.distributing;
	}

	/**
	 * The windows have been distributed: writes what is left.
	 * @param ctx the context of the connection's codec
	 */
	void end(ChannelHandlerContext ctx) {
		this.distributing = false;
		write(ctx);
	}

	/**
	 * Adds a frame.
	 * @param ctx the context of the connection's codec
	 * @param streamId the stream
	 * @param payload the payload, which this object then owns
	 * @param last is told when the frame has been written, or {@code null}
	 */
	void add(ChannelHandlerContext ctx, int streamId, ByteBuf payload, @Nullable ChannelFutureListener last) {
		// What is on the heap would be copied by Netty
		boolean copied = copies(payload.readableBytes()) || !payload.isDirect();
		ByteBuf buffer = append(ctx, streamId, payload, copied);
		if (copied) {
			payload.release();
			if (last != null) {
				finish(last);
			}
			if (!this.distributing || buffer.readableBytes() >= SIZE) {
				write(ctx);
			}
		}
		else {
			write(ctx);
			write(ctx, payload, last);
		}
	}

	/**
	 * Appends a frame, or only its head if the payload follows. Appends nothing on
	 * failure: a head without its payload would take what other streams send for it.
	 */
	private ByteBuf append(ChannelHandlerContext ctx, int streamId, ByteBuf payload, boolean copied) {
		int begin = -1;
		try {
			if (payload.refCnt() == 0) {
				// Whoever has sent it has released it
				throw new IllegalReferenceCountException(0);
			}
			int length = payload.readableBytes();
			ByteBuf buffer = buffer(ctx, HEAD_SIZE + ((copied) ? length : 0));
			begin = buffer.writerIndex();
			buffer.writeMedium(length);
			buffer.writeShort(Http2FrameTypes.DATA << 8);
			buffer.writeInt(streamId);
			if (copied) {
				buffer.writeBytes(payload, payload.readerIndex(), length);
			}
			return buffer;
		}
		catch (Throwable ex) {
			if (begin != -1 && this.buffer != null) {
				this.buffer.writerIndex(begin);
			}
			if (payload.refCnt() > 0) {
				payload.release();
			}
			throw ex;
		}
	}

	private ByteBuf buffer(ChannelHandlerContext ctx, int size) {
		if (this.buffer != null && size > this.buffer.writableBytes() && wouldBeFull(this.buffer, size)) {
			// Cheaper than to copy it once more
			write(ctx);
		}
		ByteBuf buffer = this.buffer;
		if (buffer == null) {
			buffer = ctx.alloc().buffer(Math.max(this.expectedSize, size));
			this.buffer = buffer;
		}
		return buffer;
	}

	private static boolean wouldBeFull(ByteBuf buffer, int size) {
		return buffer.readableBytes() >= SIZE / 4 && buffer.readableBytes() + size > SIZE;
	}

	private void finish(ChannelFutureListener last) {
		if (this.finished != null) {
			this.finished.all.add(last);
		}
		else if (this.only != null) {
			this.finished = new Finished(this.only, last);
			this.only = null;
		}
		else {
			this.only = last;
		}
	}

	/**
	 * Writes the buffer. Nothing may overtake what is in it, such as the end of a stream.
	 * @param ctx the context of the connection's codec
	 */
	void write(ChannelHandlerContext ctx) {
		ByteBuf buffer = this.buffer;
		if (buffer != null && !buffer.isReadable()) {
			// What was to be in it could not be written
			this.buffer = null;
			buffer.release();
		}
		else if (buffer != null) {
			ChannelFutureListener listener = (this.only != null) ? this.only : this.finished;
			this.buffer = null;
			this.expectedSize = ExpectedSize.next(this.expectedSize, buffer.readableBytes());
			this.only = null;
			this.finished = null;
			write(ctx, buffer, listener);
		}
	}

	/**
	 * Writes bytes. Without them, what follows has no meaning: it is the end of the
	 * connection if they cannot be written.
	 */
	private static void write(ChannelHandlerContext ctx, ByteBuf bytes, @Nullable ChannelFutureListener listener) {
		ChannelFuture written = ctx.write(bytes);
		if (written.isDone() && !written.isSuccess()) {
			Connections.abort(ctx.channel());
		}
		if (listener != null) {
			written.addListener(listener);
		}
	}

	private static final class Finished implements ChannelFutureListener {

		private final List<ChannelFutureListener> all = new ArrayList<>();

		Finished(ChannelFutureListener first, ChannelFutureListener second) {
			this.all.add(first);
			this.all.add(second);
		}

		@Override
		public void operationComplete(ChannelFuture written) throws Exception {
			for (ChannelFutureListener listener : this.all) {
				listener.operationComplete(written);
			}
		}

	}

}
