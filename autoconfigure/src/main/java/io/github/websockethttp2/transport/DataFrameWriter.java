package io.github.websockethttp2.transport;

import io.github.websockethttp2.frame.OutboundMark;
import io.github.websockethttp2.frame.Role;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.util.concurrent.PromiseNotifier;
import org.jspecify.annotations.Nullable;

/**
 * Writes the bytes of a session as DATA frames of its stream (RFC 9113, section 6.1), and
 * knows which of them still wait for the peer. All methods run on the stream's event loop
 * and take the transport's context.
 */
final class DataFrameWriter {

	private final Role role;

	private @Nullable ChannelFuture lastWrite;

	private @Nullable ChannelFuture writeBefore;

	private boolean waiting;

	private boolean ended;

	private boolean endWaits;

	private boolean peerHasEnded;

	DataFrameWriter(Role role) {
		this.role = role;
	}

	/**
	 * Writes bytes, which are sent with the next flush.
	 */
	void write(ChannelHandlerContext ctx, ByteBuf bytes, ChannelPromise promise) {
		write(ctx, bytes, false, promise);
	}

	private void write(ChannelHandlerContext ctx, ByteBuf bytes, boolean endStream, ChannelPromise promise) {
		ChannelPromise written = (promise.isVoid()) ? ctx.newPromise() : promise;
		this.writeBefore = this.lastWrite;
		this.lastWrite = written;
		ctx.write(new DefaultHttp2DataFrame(bytes, endStream), written);
	}

	/**
	 * Completes a promise once everything before it has been written.
	 */
	void writeBarrier(ChannelPromise promise) {
		if (this.lastWrite != null) {
			PromiseNotifier.cascade(this.lastWrite, promise);
		}
		else {
			promise.setSuccess();
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
			writeBarrier(promise);
		}
		else {
			endStream(ctx, promise);
		}
		return true;
	}

	private void endStream(ChannelHandlerContext ctx, ChannelPromise promise) {
		write(ctx, Unpooled.EMPTY_BUFFER, true, promise);
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
	@Nullable ChannelFuture unsent() {
		return (this.lastWrite != null && !this.lastWrite.isDone()) ? this.lastWrite : null;
	}

	/**
	 * Flushes the channel once the first of the two frames has been sent.
	 */
	void flushWhenWritten(ChannelHandlerContext ctx) {
		if (!this.waiting && this.writeBefore != null) {
			this.waiting = true;
			this.writeBefore.addListener((written) -> {
				this.waiting = false;
				ctx.pipeline().flush();
			});
		}
	}

	/**
	 * Returns whether writes fail at once, as on a stream that is about to close.
	 */
	boolean isFailing() {
		return this.lastWrite != null && this.lastWrite.cause() != null;
	}

}
