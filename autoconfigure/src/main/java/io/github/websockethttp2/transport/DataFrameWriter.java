package io.github.websockethttp2.transport;

import java.nio.channels.ClosedChannelException;
import java.util.Objects;

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
 * the end of the stream, which the channel has to know of, through it. Confined to the
 * event loop, except for {@link #bufferedAmount()}.
 */
final class DataFrameWriter {

	private final StreamConnection connection;

	private final Role role;

	private final StreamData.Listener onDone = this::done;

	/** Written on the event loop only. */
	private volatile int buffered;

	private boolean unwritable;

	/** The channel's water marks, at hand. */
	private WriteBufferWaterMark marks = WriteBufferWaterMark.DEFAULT;

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
	 * The transport has joined the pipeline.
	 * @param ctx its context
	 */
	void added(ChannelHandlerContext ctx) {
		this.ctx = ctx;
		this.marks = ctx.channel().config().getWriteBufferWaterMark();
	}

	/**
	 * Writes bytes, which are sent with the next flush.
	 */
	void write(ByteBuf bytes, ChannelPromise promise) {
		if (!bytes.isReadable()) {
			bytes.release();
			writeBarrier(promise);
			return;
		}
		while (this.held != null) {
			send();
		}
		StreamData data = new StreamData(this.onDone, this.connection.streams().batch(), stream().id(), bytes, promise);
		this.writeBefore = this.lastWrite;
		this.lastWrite = data;
		this.held = data;
		setBuffered(this.buffered + data.length());
		if (this.ended || !context().channel().isActive()) {
			closed();
		}
	}

	/**
	 * Hands the last bytes to the flow controller.
	 */
	private void send() {
		StreamData data = this.held;
		if (data != null) {
			this.held = null;
			if (!this.connection.streams().send(stream(), data)) {
				data.error(context(), new ClosedChannelException());
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
			data.error(context(), new ClosedChannelException());
		}
	}

	/**
	 * Bytes have been sent, or never will be. A stream that is open and has lost some of
	 * them must not go on.
	 */
	private void done(int bytes, @Nullable Throwable cause) {
		ChannelHandlerContext ctx = context();
		if (cause != null && !(cause instanceof ClosedChannelException) && ctx.channel().isActive()) {
			ctx.channel().eventLoop().execute(ctx::close);
		}
		setBuffered(this.buffered - bytes);
	}

	@SuppressWarnings("NonAtomicOperationOnVolatileField")
	private void setBuffered(int bytes) {
		this.buffered = bytes;
		if (this.unwritable != ((this.unwritable) ? bytes >= this.marks.low() : bytes > this.marks.high())) {
			this.unwritable = !this.unwritable;
			context().fireChannelWritabilityChanged();
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
	void writeBarrier(ChannelPromise promise) {
		if (this.lastWrite != null) {
			PromiseNotifier.cascade(this.lastWrite.future(context()), promise);
		}
		else {
			promise.trySuccess();
		}
	}

	/**
	 * Ends the stream, now or after the peer.
	 * @return {@code false} if it has ended before
	 */
	boolean end(OutboundMark mark, ChannelPromise promise) {
		if (this.ended || !context().channel().isActive()) {
			promise.trySuccess();
			return false;
		}
		this.ended = true;
		this.endWaits = mark == OutboundMark.END_AFTER_PEER && this.role == Role.CLIENT && !this.peerHasEnded;
		if (this.endWaits) {
			writeBarrier(promise);
		}
		else {
			endStream(promise);
		}
		return true;
	}

	private void endStream(ChannelPromise promise) {
		ChannelHandlerContext ctx = context();
		StreamData last = this.held;
		this.held = null;
		this.connection.streams().beforeEnd(stream());
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
	void peerEnded() {
		this.peerHasEnded = true;
		if (this.endWaits) {
			this.endWaits = false;
			endStream(context().newPromise());
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
	@Nullable ChannelFuture unsent() {
		return (this.lastWrite != null && !this.lastWrite.isDone()) ? this.lastWrite.future(context()) : null;
	}

	/**
	 * Flushes the channel once the first of the two frames has been sent.
	 */
	void flushWhenWritten() {
		if (!this.waiting && this.writeBefore != null) {
			this.waiting = true;
			this.writeBefore.future(context()).addListener((written) -> {
				this.waiting = false;
				context().pipeline().flush();
			});
		}
	}

	/**
	 * Returns how many bytes may be written before writing should wait, or 0 if writes
	 * fail at once, as on a stream that is about to close.
	 */
	long bytesBeforeUnwritable() {
		boolean failing = this.lastWrite != null && this.lastWrite.cause() != null;
		return (failing || this.unwritable) ? 0 : this.marks.high() + 1L - this.buffered;
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

	private Http2FrameStream stream() {
		return ((Http2StreamChannel) context().channel()).stream();
	}

	private ChannelHandlerContext context() {
		return Objects.requireNonNull(this.ctx, "Not in a pipeline");
	}

}
