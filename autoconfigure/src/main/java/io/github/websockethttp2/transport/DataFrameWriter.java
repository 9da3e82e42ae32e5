package io.github.websockethttp2.transport;

import java.nio.channels.ClosedChannelException;

import io.github.websockethttp2.frame.OutboundMark;
import io.github.websockethttp2.frame.Role;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.concurrent.PromiseNotifier;
import org.jspecify.annotations.Nullable;

/**
 * Writes the bytes of a session as DATA frames of its stream (RFC 9113, section 6.1), and
 * counts those that still wait for the peer. The bytes go past the stream's channel, and
 * the end of the stream, which the channel has to know of, through it. All methods but
 * {@link #bufferedAmount()} run on the stream's event loop and take the transport's
 * context.
 */
final class DataFrameWriter {

	private final StreamConnection connection;

	private final Role role;

	private final StreamData.Listener onDone = this::done;

	/** Written on the event loop only. */
	private volatile int buffered;

	private boolean unwritable;

	/**
	 * The bytes that were written last, until more follow or they are flushed: if it is
	 * the end of the stream that follows, both are one frame.
	 */
	private @Nullable StreamData held;

	private @Nullable ChannelHandlerContext ctx;

	private @Nullable StreamData lastWrite;

	private @Nullable StreamData writeBefore;

	private boolean waiting;

	private boolean ended;

	private boolean endWaits;

	private boolean peerHasEnded;

	DataFrameWriter(StreamConnection connection, Role role) {
		this.connection = connection;
		this.role = role;
	}

	/**
	 * Writes bytes, which are sent with the next flush.
	 */
	void write(ChannelHandlerContext ctx, ByteBuf bytes, ChannelPromise promise) {
		if (!bytes.isReadable()) {
			bytes.release();
			writeBarrier(ctx, promise);
			return;
		}
		this.ctx = ctx;
		while (this.held != null) {
			send();
		}
		StreamData data = new StreamData(this.onDone, this.connection.streams().batch(), stream(ctx).id(), bytes,
				promise);
		this.writeBefore = this.lastWrite;
		this.lastWrite = data;
		this.held = data;
		setBuffered(this.buffered + data.length());
		if (this.ended || !ctx.channel().isActive()) {
			closed();
		}
	}

	/**
	 * Hands the last bytes to the flow controller.
	 */
	private void send() {
		StreamData data = this.held;
		if (data != null && this.ctx != null) {
			this.held = null;
			if (!this.connection.streams().send(stream(this.ctx), data)) {
				data.error(this.ctx, new ClosedChannelException());
			}
		}
	}

	/**
	 * The stream is closed: fails what has not been handed on.
	 */
	void closed() {
		StreamData data = this.held;
		if (data != null) {
			this.held = null;
			data.error(this.ctx, new ClosedChannelException());
		}
	}

	/**
	 * Bytes have been sent, or never will be. A stream that is open and has lost some of
	 * them must not go on.
	 */
	private void done(int bytes, @Nullable Throwable cause) {
		ChannelHandlerContext ctx = this.ctx;
		if (cause != null && ctx != null && ctx.channel().isActive() && !(cause instanceof ClosedChannelException)) {
			ctx.channel().eventLoop().execute(ctx::close);
		}
		setBuffered(this.buffered - bytes);
	}

	@SuppressWarnings("NonAtomicOperationOnVolatileField")
	private void setBuffered(int bytes) {
		this.buffered = bytes;
		ChannelHandlerContext ctx = this.ctx;
		if (ctx == null) {
			return;
		}
		WriteBufferWaterMark marks = ctx.channel().config().getWriteBufferWaterMark();
		if (this.unwritable != ((this.unwritable) ? bytes >= marks.low() : bytes > marks.high())) {
			this.unwritable = !this.unwritable;
			ctx.fireChannelWritabilityChanged();
		}
	}

	/**
	 * Flushes the connection, if anything has been written.
	 */
	void flush() {
		if (this.held != null) {
			send();
			this.connection.streams().flushes().flush();
		}
	}

	/**
	 * Completes a promise once everything before it has been written.
	 */
	void writeBarrier(ChannelHandlerContext ctx, ChannelPromise promise) {
		if (this.lastWrite != null) {
			PromiseNotifier.cascade(this.lastWrite.future(ctx), promise);
		}
		else {
			promise.trySuccess();
		}
	}

	/**
	 * Ends the stream, now or after the peer.
	 * @return {@code false} if it has ended before
	 */
	boolean end(ChannelHandlerContext ctx, OutboundMark mark, ChannelPromise promise) {
		if (this.ended || !ctx.channel().isActive()) {
			promise.trySuccess();
			return false;
		}
		this.ended = true;
		this.endWaits = mark == OutboundMark.END_AFTER_PEER && this.role == Role.CLIENT && !this.peerHasEnded;
		if (this.endWaits) {
			writeBarrier(ctx, promise);
		}
		else {
			endStream(ctx, promise);
		}
		return true;
	}

	private void endStream(ChannelHandlerContext ctx, ChannelPromise promise) {
		StreamData last = this.held;
		this.held = null;
		this.connection.streams().beforeEnd(stream(ctx));
		ChannelPromise written = promise.unvoid();
		if (last != null) {
			written.addListener(last);
		}
		ctx.write(new DefaultHttp2DataFrame((last != null) ? last.take() : Unpooled.EMPTY_BUFFER, true), written);
		ctx.flush();
	}

	/**
	 * The peer has ended its side of the stream.
	 */
	void peerEnded(ChannelHandlerContext ctx) {
		this.peerHasEnded = true;
		if (this.endWaits) {
			this.endWaits = false;
			endStream(ctx, ctx.newPromise());
		}
	}

	/**
	 * Returns whether two frames still wait for the peer, and not just for a flush of the
	 * connection.
	 */
	boolean isHoldingBack() {
		return this.writeBefore != null && !this.writeBefore.isDone();
	}

	/**
	 * Returns what tells when the last frame has been sent, or {@code null} if it has.
	 */
	@Nullable ChannelFuture unsent(ChannelHandlerContext ctx) {
		return (this.lastWrite != null && !this.lastWrite.isDone()) ? this.lastWrite.future(ctx) : null;
	}

	/**
	 * Flushes the channel once the first of the two frames has been sent.
	 */
	void flushWhenWritten(ChannelHandlerContext ctx) {
		if (!this.waiting && this.writeBefore != null) {
			this.waiting = true;
			this.writeBefore.future(ctx).addListener((written) -> {
				this.waiting = false;
				ctx.pipeline().flush();
			});
		}
	}

	/**
	 * Returns how many bytes may be written before writing should wait, or 0 if writes
	 * fail at once, as on a stream that is about to close.
	 */
	long bytesBeforeUnwritable(ChannelHandlerContext ctx) {
		boolean failing = this.lastWrite != null && this.lastWrite.cause() != null;
		return (failing || this.unwritable) ? 0
				: ctx.channel().config().getWriteBufferHighWaterMark() + 1L - this.buffered;
	}

	boolean isWritable() {
		return !this.unwritable;
	}

	/**
	 * Returns how many bytes wait. May be called from any thread.
	 */
	long bufferedAmount() {
		return this.buffered;
	}

	private static Http2FrameStream stream(ChannelHandlerContext ctx) {
		return ((Http2StreamChannel) ctx.channel()).stream();
	}

}
