package io.github.websockethttp2.transport;

import io.github.websockethttp2.frame.ExpectedSize;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
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

	/** From how many streams there was something in the buffer before. */
	private int expectedCount = 1;

	/** Whose bytes are in the buffer. */
	private @Nullable SentData sent;

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
	 * The windows have been distributed: writes what is left.
	 * @param ctx the context of the connection's codec
	 */
	void end(ChannelHandlerContext ctx) {
		this.distributing = false;
		write(ctx);
	}

	/**
	 * Adds a frame. On failure nothing is added, and the payload stays the caller's.
	 * @param ctx the context of the connection's codec
	 * @param streamId the stream
	 * @param payload the payload, which this object then owns
	 * @param listener hears when it has been sent
	 */
	void add(ChannelHandlerContext ctx, int streamId, ByteBuf payload, DataListener listener) {
		int length = payload.readableBytes();
		// What is on the heap would be copied by Netty
		boolean copied = copies(length) || !payload.isDirect();
		if (copied) {
			ByteBuf buffer = append(ctx, streamId, payload, true);
			payload.release();
			sent().add(listener, length);
			if (!this.distributing || buffer.readableBytes() >= SIZE) {
				write(ctx);
			}
		}
		else {
			SentData sent = new SentData(1);
			sent.add(listener, length);
			append(ctx, streamId, payload, false);
			write(ctx);
			write(ctx, payload, sent);
		}
	}

	/**
	 * Releases bytes that are not sent, and tells of it when the windows have been
	 * distributed.
	 * @param ctx a context on the event loop
	 * @param bytes the bytes, which may have been released
	 * @param listener hears of it
	 * @param cause why they are not sent
	 */
	void fail(@Nullable ChannelHandlerContext ctx, ByteBuf bytes, DataListener listener, Throwable cause) {
		int length = bytes.readableBytes();
		if (bytes.refCnt() > 0) {
			bytes.release();
		}
		tell(ctx, () -> listener.done(length, cause));
	}

	/**
	 * Tells somebody, who may write something new. Nobody may do so while the windows are
	 * being distributed, when a write may fail at once.
	 */
	void tell(@Nullable ChannelHandlerContext ctx, Runnable call) {
		if (this.distributing && ctx != null) {
			ctx.executor().execute(call);
		}
		else {
			call.run();
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
			// Nothing may fail between the bytes and whose they are
			sent().makeRoom();
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

	private SentData sent() {
		SentData sent = this.sent;
		if (sent == null) {
			sent = new SentData(this.expectedCount);
			this.sent = sent;
		}
		return sent;
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
			SentData sent = this.sent;
			this.expectedCount = (sent != null) ? Math.max(1, sent.size()) : 1;
			this.buffer = null;
			this.expectedSize = ExpectedSize.next(this.expectedSize, buffer.readableBytes());
			this.sent = null;
			write(ctx, buffer, sent);
		}
	}

	/**
	 * Writes bytes. Without them, what follows has no meaning: it is the end of the
	 * connection if they cannot be written.
	 */
	private void write(ChannelHandlerContext ctx, ByteBuf bytes, @Nullable SentData sent) {
		ChannelFuture written = ctx.write(bytes);
		if (written.isDone() && !written.isSuccess()) {
			Connections.abort(ctx.channel());
		}
		if (sent != null) {
			written.addListener((future) -> tell(ctx, () -> sent.done(future.cause())));
		}
	}

}
