package io.github.websockethttp2.client;

import java.util.ArrayList;
import java.util.List;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.util.ReferenceCountUtil;
import reactor.netty.NettyPipeline;

/**
 * Keeps what a server sends before there are handlers for it. A server may begin with its
 * SETTINGS as soon as it has ended the TLS handshake, and in TLS 1.2 it is the server
 * that ends it: both come in one read.
 */
final class EarlyBytes extends ChannelInboundHandlerAdapter {

	private final List<Object> messages = new ArrayList<>(1);

	private EarlyBytes() {
	}

	static void keep(ChannelPipeline pipeline) {
		pipeline.addBefore(NettyPipeline.ReactiveBridge, null, new EarlyBytes());
	}

	/**
	 * Hands what was kept to the handlers that have been added since, and keeps no more.
	 */
	static void release(ChannelPipeline pipeline) {
		EarlyBytes early = pipeline.get(EarlyBytes.class);
		if (early != null) {
			pipeline.remove(early);
		}
	}

	@Override
	public void channelRead(ChannelHandlerContext ctx, Object message) {
		this.messages.add(message);
	}

	@Override
	public void channelReadComplete(ChannelHandlerContext ctx) {
		// Nothing was read for whoever follows
	}

	@Override
	public void handlerRemoved(ChannelHandlerContext ctx) {
		if (!ctx.channel().isActive()) {
			this.messages.forEach(ReferenceCountUtil::release);
		}
		else if (!this.messages.isEmpty()) {
			this.messages.forEach(ctx::fireChannelRead);
			ctx.fireChannelReadComplete();
		}
	}

}
