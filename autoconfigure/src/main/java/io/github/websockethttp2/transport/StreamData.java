package io.github.websockethttp2.transport;

import java.nio.channels.ClosedChannelException;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2RemoteFlowController.FlowControlled;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of a session that wait for the windows in which the peer lets it send (RFC 9113,
 * section 5.2). The flow controller takes as much as fits. Confined to the event loop.
 */
final class StreamData implements FlowControlled {

	/** RFC 9113, section 6.5.2: the frame size that every peer accepts. */
	private static final int FRAME_SIZE = 16 * 1024;

	private final StreamOutput output;

	private final DataBatch batch;

	private final int streamId;

	private ByteBuf bytes;

	/**
	 * Create the data.
	 * @param output whose bytes these are
	 * @param batch the bytes that the connection sends next
	 * @param streamId the session's stream
	 * @param bytes the bytes, which this object then owns
	 */
	StreamData(StreamOutput output, DataBatch batch, int streamId, ByteBuf bytes) {
		this.output = output;
		this.batch = batch;
		this.streamId = streamId;
		this.bytes = bytes;
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
				this.batch.add(ctx, this.streamId, this.bytes, this.output);
				this.bytes = Unpooled.EMPTY_BUFFER;
			}
			else {
				addPart(ctx, this.bytes.retainedSlice(this.bytes.readerIndex(), length));
			}
		}
	}

	/**
	 * Adds a part. What cannot be added takes nothing of the windows.
	 */
	private void addPart(ChannelHandlerContext ctx, ByteBuf part) {
		int length = part.readableBytes();
		try {
			this.batch.add(ctx, this.streamId, part, this.output);
		}
		catch (Throwable ex) {
			part.release();
			throw ex;
		}
		this.bytes.skipBytes(length);
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
		Throwable error = (cause instanceof Http2Exception http2 && http2.error() == Http2Error.STREAM_CLOSED)
				? new ClosedChannelException() : cause;
		ByteBuf bytes = this.bytes;
		this.bytes = Unpooled.EMPTY_BUFFER;
		// At once, as more of the stream may be about to be sent
		this.output.lost(error);
		this.batch.fail(ctx, bytes, this.output, error);
	}

}
