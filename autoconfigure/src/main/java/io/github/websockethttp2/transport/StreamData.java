package io.github.websockethttp2.transport;

import java.nio.channels.ClosedChannelException;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2RemoteFlowController.FlowControlled;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of a session on their way through the windows in which the peer lets it send (RFC
 * 9113, section 5.2). Waits in the flow controller, which takes as much as fits, and is
 * done when the last byte has reached the socket. Confined to the event loop.
 */
final class StreamData implements FlowControlled, ChannelFutureListener {

	/** RFC 9113, section 6.5.2: the frame size that every peer accepts. */
	private static final int FRAME_SIZE = 16 * 1024;

	private final Listener listener;

	private final DataBatch batch;

	private final int streamId;

	private final int length;

	private ByteBuf bytes;

	private @Nullable ChannelPromise promise;

	private @Nullable Throwable cause;

	private boolean done;

	/**
	 * Create the data.
	 * @param listener hears when they are done
	 * @param batch the bytes that the connection sends next
	 * @param streamId the session's stream
	 * @param bytes the bytes, which this object then owns
	 * @param promise completes when they have been sent
	 */
	StreamData(Listener listener, DataBatch batch, int streamId, ByteBuf bytes, ChannelPromise promise) {
		this.listener = listener;
		this.batch = batch;
		this.streamId = streamId;
		this.bytes = bytes;
		this.length = bytes.readableBytes();
		this.promise = (promise.isVoid()) ? null : promise;
	}

	/**
	 * Returns how many bytes there were at first.
	 */
	int length() {
		return this.length;
	}

	/**
	 * Takes the bytes out, to be sent in another way.
	 * @return the bytes, which the caller then owns
	 */
	ByteBuf take() {
		ByteBuf bytes = this.bytes;
		this.bytes = Unpooled.EMPTY_BUFFER;
		return bytes;
	}

	@Override
	public int size() {
		return this.bytes.readableBytes();
	}

	@Override
	public void write(ChannelHandlerContext ctx, int allowedBytes) {
		int allowed = Math.min(allowedBytes, size());
		while (allowed > 0) {
			int length = Math.min(allowed, FRAME_SIZE);
			allowed -= length;
			if (length == size()) {
				this.batch.add(ctx, this.streamId, take(), this);
			}
			else {
				this.batch.add(ctx, this.streamId, this.bytes.readRetainedSlice(length), null);
			}
		}
	}

	@Override
	public void writeComplete() {
		// The batch is still to be written
	}

	@Override
	public boolean merge(ChannelHandlerContext ctx, FlowControlled next) {
		// The frame encoder has merged what it could
		return false;
	}

	@Override
	public void error(@Nullable ChannelHandlerContext ctx, Throwable cause) {
		ByteBuf bytes = take();
		if (bytes.refCnt() > 0) {
			bytes.release();
		}
		Throwable error = (cause instanceof Http2Exception http2 && http2.error() == Http2Error.STREAM_CLOSED)
				? new ClosedChannelException() : cause;
		if (this.batch.isDistributing() && ctx != null) {
			ctx.executor().execute(() -> done(error));
		}
		else {
			done(error);
		}
	}

	/**
	 * The batch has been written. A write may fail at once, and nobody may write anything
	 * new while the windows are being distributed.
	 */
	@Override
	public void operationComplete(ChannelFuture written) {
		if (this.batch.isDistributing()) {
			written.channel().eventLoop().execute(() -> done(written.cause()));
		}
		else {
			done(written.cause());
		}
	}

	private void done(@Nullable Throwable cause) {
		if (this.done) {
			return;
		}
		this.done = true;
		this.cause = cause;
		this.listener.done(this.length, cause);
		ChannelPromise promise = this.promise;
		if (promise != null) {
			this.promise = null;
			complete(promise);
		}
	}

	private void complete(ChannelPromise promise) {
		if (this.cause != null) {
			promise.tryFailure(this.cause);
		}
		else {
			promise.trySuccess();
		}
	}

	boolean isDone() {
		return this.done;
	}

	@Nullable Throwable cause() {
		return this.cause;
	}

	/**
	 * Returns what completes when the bytes have been sent.
	 */
	ChannelFuture future(ChannelHandlerContext ctx) {
		ChannelPromise future = this.promise;
		if (future == null) {
			future = ctx.newPromise();
			if (this.done) {
				complete(future);
			}
			else {
				this.promise = future;
			}
		}
		return future;
	}

	/**
	 * Hears what has become of the data.
	 */
	@FunctionalInterface
	interface Listener {

		/**
		 * The bytes have been sent, or never will be.
		 * @param bytes how many there were
		 * @param cause why they have not been sent, or {@code null} if they have
		 */
		void done(int bytes, @Nullable Throwable cause);

	}

}
