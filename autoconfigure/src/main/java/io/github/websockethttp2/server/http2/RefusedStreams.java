package io.github.websockethttp2.server.http2;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameStreamEvent;
import io.netty.handler.codec.http2.Http2LifecycleManager;
import io.netty.handler.codec.http2.Http2Stream;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Marks streams as closed that Netty resets before it has created them, because of a
 * field that HTTP/2 does not allow or because there are too many streams. For Netty such
 * a stream stays idle. The next frame for it, which may already be on its way, would be a
 * connection error, and everybody else on the connection would lose their streams. On a
 * closed stream the frame is ignored, or answered on that stream (RFC 9113, sections 5.1
 * and 5.4.2).
 * <p>
 * This class sees the codec's resets, since it replaces the codec as the lifecycle
 * manager of its encoder. As a handler right behind the codec, it hides the short life of
 * these streams from the multiplexer, which would create channels for them.
 */
final class RefusedStreams extends ChannelInboundHandlerAdapter implements Http2LifecycleManager {

	private static final Log logger = LogFactory.getLog(RefusedStreams.class);

	private final Http2FrameCodec codec;

	private final Http2Connection connection;

	private final @Nullable ConnectionTraffic traffic;

	private boolean closing;

	RefusedStreams(Http2FrameCodec codec, @Nullable ConnectionTraffic traffic) {
		this.codec = codec;
		this.connection = codec.connection();
		this.traffic = traffic;
	}

	@Override
	public void handlerAdded(ChannelHandlerContext ctx) {
		this.codec.encoder().lifecycleManager(this);
	}

	@Override
	public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
		if (!this.closing || !(event instanceof Http2FrameStreamEvent)) {
			ctx.fireUserEventTriggered(event);
		}
	}

	@Override
	public ChannelFuture resetStream(ChannelHandlerContext ctx, int streamId, long errorCode, ChannelPromise promise) {
		if (!this.connection.streamMayHaveExisted(streamId) && this.connection.remote().isValidStreamId(streamId)) {
			close(streamId);
		}
		if (this.traffic != null) {
			this.traffic.resetting(streamId, errorCode);
		}
		return this.codec.resetStream(ctx, streamId, errorCode, promise);
	}

	private void close(int streamId) {
		Http2Connection.Endpoint<?> client = this.connection.remote();
		int maxActiveStreams = client.maxActiveStreams();
		this.closing = true;
		// The stream may be one too many, and takes no slot
		client.maxActiveStreams(Integer.MAX_VALUE);
		try {
			client.createStream(streamId, true).close();
		}
		catch (Http2Exception ex) {
			logger.debug("Stream " + streamId + " stays idle: " + ex.getMessage());
		}
		finally {
			client.maxActiveStreams(maxActiveStreams);
			this.closing = false;
		}
	}

	@Override
	public void closeStreamLocal(Http2Stream stream, ChannelFuture future) {
		this.codec.closeStreamLocal(stream, future);
	}

	@Override
	public void closeStreamRemote(Http2Stream stream, ChannelFuture future) {
		this.codec.closeStreamRemote(stream, future);
	}

	@Override
	public void closeStream(Http2Stream stream, ChannelFuture future) {
		this.codec.closeStream(stream, future);
	}

	@Override
	public ChannelFuture goAway(ChannelHandlerContext ctx, int lastStreamId, long errorCode, ByteBuf debugData,
			ChannelPromise promise) {
		return this.codec.goAway(ctx, lastStreamId, errorCode, debugData, promise);
	}

	@Override
	public void onError(ChannelHandlerContext ctx, boolean outbound, Throwable cause) {
		this.codec.onError(ctx, outbound, cause);
	}

}
