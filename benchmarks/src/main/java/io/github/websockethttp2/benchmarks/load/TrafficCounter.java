package io.github.websockethttp2.benchmarks.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;

/**
 * Counts the bytes that go over the sockets of a client, both ways and TLS included.
 */
@ChannelHandler.Sharable
final class TrafficCounter extends ChannelDuplexHandler {

	private long bytes;

	long bytes() {
		return this.bytes;
	}

	@Override
	public void channelRead(ChannelHandlerContext ctx, Object message) {
		count(message);
		ctx.fireChannelRead(message);
	}

	@Override
	public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
		count(message);
		ctx.write(message, promise);
	}

	private void count(Object message) {
		if (message instanceof ByteBuf buffer) {
			this.bytes += buffer.readableBytes();
		}
	}

}
