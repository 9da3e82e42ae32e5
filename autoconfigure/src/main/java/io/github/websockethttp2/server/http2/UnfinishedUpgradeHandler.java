package io.github.websockethttp2.server.http2;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.PrematureChannelClosureException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import reactor.netty.NettyPipeline;

/**
 * Handles a client that leaves in the middle of an HTTP/1.1 request with an
 * {@code Upgrade} field. If cleartext HTTP/2 is on, Netty aggregates such a request,
 * since it might request HTTP/2, and Reactor Netty logs the missing rest as an error of
 * the server.
 */
@ChannelHandler.Sharable
final class UnfinishedUpgradeHandler extends ChannelInboundHandlerAdapter {

	private static final Log logger = LogFactory.getLog(UnfinishedUpgradeHandler.class);

	private static final UnfinishedUpgradeHandler INSTANCE = new UnfinishedUpgradeHandler();

	private UnfinishedUpgradeHandler() {
	}

	/**
	 * Adds the handler to a new connection if it may be upgraded.
	 * @param pipeline the connection's pipeline
	 */
	static void addTo(ChannelPipeline pipeline) {
		if (pipeline.context(NettyPipeline.H2CUpgradeHandler) != null) {
			pipeline.addBefore(NettyPipeline.ReactiveBridge, null, INSTANCE);
		}
	}

	@Override
	public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
		if (cause instanceof PrematureChannelClosureException) {
			logger.debug("Connection " + ctx.channel() + " lost: " + cause);
		}
		else {
			ctx.fireExceptionCaught(cause);
		}
	}

}
