package io.github.websockethttp2.transport;

import java.nio.channels.ClosedChannelException;
import java.util.Objects;

import io.github.websockethttp2.frame.OutboundMark;
import io.github.websockethttp2.frame.Role;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.Http2StreamChannel;
import org.jspecify.annotations.Nullable;

/**
 * Writes the bytes of a session as DATA frames of its stream (RFC 9113, section 6.1), and
 * counts those that still wait for the peer. The bytes go past the stream's channel, and
 * the end of the stream, which the channel has to know of, through it. Confined to the
 * event loop, except for {@link #bufferedAmount()}.
 * <p>
 * Unless somebody wants a promise, it refers to nothing that is new with each message: a
 * session is old, and such references cost the garbage collector (G1's refinement) more
 * than the message.
 */
final class DataFrameWriter implements StreamOutput {

	private static final long NEVER = -1;

	private final StreamConnection connection;

	private final Role role;

	/** How many bytes wait. Written on the event loop only. */
	private volatile int buffered;

	/** How many bytes no longer wait. */
	private long done;

	/** How many bytes were written last. */
	private int lastLength;

	private @Nullable SentPromises promises;

	/** Why some bytes have not been sent. */
	private @Nullable Throwable cause;

	private boolean unwritable;

	/** The channel's water marks, at hand. */
	private WriteBufferWaterMark marks = WriteBufferWaterMark.DEFAULT;

	private @Nullable ChannelHandlerContext ctx;

	/** The stream, once something has been sent. */
	private @Nullable Http2Stream stream;

	private boolean unflushed;

	private boolean closed;

	/** When this many bytes no longer wait, the channel is flushed. */
	private long flushAt = NEVER;

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
		if (this.ended || this.closed) {
			// What came before is on its way
			if (bytes.refCnt() > 0) {
				bytes.release();
			}
			if (!promise.isVoid()) {
				promise.tryFailure(new ClosedChannelException());
			}
			return;
		}
		int length = bytes.readableBytes();
		if (!promise.isVoid()) {
			promises().add(this.done + this.buffered + length, promise);
		}
		this.lastLength = length;
		this.unflushed = true;
		this.connection.streams().write(this, bytes);
		// Tells of it, behind which more may be written
		setBuffered(this.buffered + length);
	}

	/**
	 * The stream is closed: fails what has not been handed on.
	 */
	void closed() {
		this.closed = true;
		for (ByteBuf bytes : this.connection.streams().takeUnsent(this)) {
			batch().fail(context(), bytes, this, new ClosedChannelException());
		}
	}

	@Override
	public void lost(Throwable cause) {
		if (this.cause == null) {
			this.cause = cause;
			ChannelHandlerContext ctx = context();
			if (!(cause instanceof ClosedChannelException) && ctx.channel().isActive()) {
				ctx.channel().eventLoop().execute(ctx::close);
			}
		}
	}

	@Override
	public void done(int bytes, @Nullable Throwable cause) {
		if (cause != null) {
			lost(cause);
		}
		this.done += bytes;
		setBuffered(this.buffered - bytes);
		if (this.promises != null) {
			this.promises.complete(this.done, this.cause);
		}
		if (this.flushAt != NEVER && (this.cause != null || this.done >= this.flushAt)) {
			this.flushAt = NEVER;
			context().pipeline().flush();
		}
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
		if (this.unflushed) {
			this.unflushed = false;
			this.connection.streams().flush();
		}
	}

	/**
	 * Completes a promise once everything before it has been sent.
	 */
	void writeBarrier(ChannelPromise promise) {
		if (this.cause != null || this.buffered == 0) {
			SentPromises.complete(promise, this.cause);
		}
		else {
			promises().add(this.done + this.buffered, promise);
		}
	}

	private SentPromises promises() {
		SentPromises promises = this.promises;
		if (promises == null) {
			promises = new SentPromises();
			this.promises = promises;
		}
		return promises;
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
		if (this.cause != null) {
			// Not as if nothing had been lost
			promise.trySuccess();
			return true;
		}
		this.endWaits = mark == OutboundMark.END_AFTER_PEER && this.role == Role.CLIENT && !this.peerHasEnded;
		if (this.endWaits) {
			writeBarrier(promise);
		}
		else {
			endStream(promise);
		}
		return true;
	}

	/**
	 * Writes the end of the stream. The bytes that were written last go with it, in one
	 * frame, if they have not been handed on yet.
	 */
	private void endStream(ChannelPromise promise) {
		ChannelHandlerContext ctx = context();
		ByteBuf last = this.connection.streams().beforeEnd(this);
		int length = last.readableBytes();
		ChannelPromise written = promise.unvoid();
		if (length > 0) {
			written.addListener((future) -> batch().tell(ctx, () -> done(length, future.cause())));
		}
		ctx.write(new DefaultHttp2DataFrame(last, true), written);
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
		return this.cause == null && this.buffered > this.lastLength;
	}

	/**
	 * Returns what tells when the last frame has been sent, or {@code null} if it has.
	 */
	@Nullable ChannelFuture unsent() {
		if (this.buffered == 0 || this.cause != null) {
			return null;
		}
		ChannelPromise sent = context().newPromise();
		writeBarrier(sent);
		return sent;
	}

	/**
	 * Flushes the channel once the first of the two frames has been sent.
	 */
	void flushWhenWritten() {
		if (this.flushAt == NEVER) {
			this.flushAt = this.done + this.buffered - this.lastLength;
		}
	}

	/**
	 * Returns how many bytes may be written before writing should wait, or 0 if writes
	 * fail at once, as on a stream that is about to close.
	 */
	long bytesBeforeUnwritable() {
		return (this.cause != null || this.closed || this.unwritable) ? 0 : this.marks.high() + 1L - this.buffered;
	}

	boolean isWritable() {
		return !this.unwritable;
	}

	@Override
	public boolean hasFailed() {
		return this.cause != null;
	}

	/**
	 * Returns how many bytes wait. May be called from any thread.
	 */
	long bufferedAmount() {
		return this.buffered;
	}

	@Override
	public @Nullable Http2Stream stream(Http2Connection connection) {
		Http2Stream stream = this.stream;
		if (stream == null) {
			stream = connection.stream(((Http2StreamChannel) context().channel()).stream().id());
			this.stream = stream;
		}
		return stream;
	}

	private DataBatch batch() {
		return this.connection.streams().batch();
	}

	private ChannelHandlerContext context() {
		return Objects.requireNonNull(this.ctx, "Not in a pipeline");
	}

}
