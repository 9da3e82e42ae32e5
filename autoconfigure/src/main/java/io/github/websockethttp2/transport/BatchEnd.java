package io.github.websockethttp2.transport;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2RemoteFlowController.FlowControlled;
import org.jspecify.annotations.Nullable;

/**
 * Stands between the DATA of a session and the end of its stream, which the codec writes
 * past the batch.
 */
final class BatchEnd implements FlowControlled {

	private final DataBatch batch;

	BatchEnd(DataBatch batch) {
		this.batch = batch;
	}

	@Override
	public int size() {
		return 0;
	}

	@Override
	public void write(ChannelHandlerContext ctx, int allowedBytes) {
		this.batch.write(ctx);
	}

	@Override
	public void writeComplete() {
		// Nobody waits for it
	}

	@Override
	public boolean merge(ChannelHandlerContext ctx, FlowControlled next) {
		return false;
	}

	@Override
	public void error(@Nullable ChannelHandlerContext ctx, Throwable cause) {
		// The batch is written anyway
	}

}
