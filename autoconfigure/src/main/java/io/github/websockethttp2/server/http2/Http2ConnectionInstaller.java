package io.github.websockethttp2.server.http2;

import java.util.Set;

import io.github.websockethttp2.transport.SessionStreams;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2MultiplexHandler;

/**
 * Waits at the end of a new connection's pipeline for HTTP/2, and then adds an
 * {@link Http2ConnectionHandler} between the frame codec and the multiplexer. HTTP/2
 * begins at once (prior knowledge only), after the preface, after a cleartext upgrade or
 * after ALPN. The last three are announced by a user event before the first frame is
 * read.
 */
final class Http2ConnectionInstaller extends ChannelInboundHandlerAdapter {

	private final ConnectionTerms terms;

	private final Set<Http2ConnectionHandler> connections;

	Http2ConnectionInstaller(ConnectionTerms terms, Set<Http2ConnectionHandler> connections) {
		this.terms = terms;
		this.connections = connections;
	}

	@Override
	public void handlerAdded(ChannelHandlerContext ctx) throws Http2Exception {
		installIfHttp2(ctx);
	}

	@Override
	public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Http2Exception {
		installIfHttp2(ctx);
		ctx.fireUserEventTriggered(event);
	}

	private void installIfHttp2(ChannelHandlerContext ctx) throws Http2Exception {
		ChannelPipeline pipeline = ctx.pipeline();
		Http2FrameCodec codec = pipeline.get(Http2FrameCodec.class);
		ChannelHandlerContext multiplexer = pipeline.context(Http2MultiplexHandler.class);
		if (codec != null && multiplexer != null && !ctx.isRemoved()) {
			SessionStreams streams = SessionStreams.install(codec, pipeline);
			EmptyDataFrames.limit(codec.decoder(), this.terms.resets());
			ConnectionTraffic traffic = ConnectionTraffic.of(codec.connection(), this.terms.traffic());
			Http2ConnectionHandler handler = new Http2ConnectionHandler(codec, streams, this.terms, traffic,
					this.connections);
			pipeline.addBefore(multiplexer.name(), null, new RefusedStreams(codec, traffic));
			pipeline.addBefore(multiplexer.name(), null, handler);
			pipeline.remove(this);
		}
	}

}
