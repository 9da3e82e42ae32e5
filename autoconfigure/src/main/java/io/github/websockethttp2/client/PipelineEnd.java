package io.github.websockethttp2.client;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.util.ReferenceCountUtil;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import reactor.netty.NettyPipeline;

/**
 * The end of a connection's pipeline, in front of Reactor Netty's own handler, which
 * would collect whatever comes for a subscriber that it does not have.
 */
@ChannelHandler.Sharable
final class PipelineEnd extends ChannelInboundHandlerAdapter {

	private static final Log logger = LogFactory.getLog(PipelineEnd.class);

	private static final PipelineEnd INSTANCE = new PipelineEnd();

	private PipelineEnd() {
	}

	static void addTo(ChannelPipeline pipeline) {
		pipeline.addBefore(NettyPipeline.ReactiveBridge, null, INSTANCE);
	}

	/**
	 * Adds handlers in front of the end, and gives them what has come early.
	 */
	static void addBefore(ChannelPipeline pipeline, ChannelHandler... handlers) {
		String end = pipeline.context(INSTANCE).name();
		for (ChannelHandler handler : handlers) {
			pipeline.addBefore(end, null, handler);
		}
		EarlyBytes.release(pipeline);
	}

	@Override
	public void channelRead(ChannelHandlerContext ctx, Object message) {
		ReferenceCountUtil.release(message);
	}

	@Override
	public void channelReadComplete(ChannelHandlerContext ctx) {
		// Nothing was read for whoever follows
	}

	@Override
	public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
		logger.debug("Connection " + ctx.channel() + " failed: " + cause);
		ctx.close();
	}

}
