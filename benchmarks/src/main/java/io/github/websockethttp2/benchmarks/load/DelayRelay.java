package io.github.websockethttp2.benchmarks.load;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;

/**
 * A long way between a client and a server on the loopback interface: every byte takes a
 * while, each way.
 */
public final class DelayRelay implements AutoCloseable {

	/** Where a direction stops reading. More than any window. */
	private static final int MAX_UNDER_WAY = 64 * 1024 * 1024;

	private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

	private final long delayNanos;

	private final Channel listener;

	/**
	 * Start a relay.
	 * @param targetPort the port of the server
	 * @param delay how long a byte takes
	 */
	public DelayRelay(int targetPort, Duration delay) {
		this.delayNanos = delay.toNanos();
		this.listener = new ServerBootstrap().group(this.group)
			.channel(NioServerSocketChannel.class)
			.childOption(ChannelOption.AUTO_READ, false)
			.childOption(ChannelOption.TCP_NODELAY, true)
			.childHandler(new ChannelInitializer<Channel>() {

				@Override
				protected void initChannel(Channel client) {
					connect(client, targetPort);
				}

			})
			.bind(new InetSocketAddress("127.0.0.1", 0))
			.syncUninterruptibly()
			.channel();
	}

	/**
	 * Returns where clients connect to.
	 * @return the port
	 */
	public int port() {
		return ((InetSocketAddress) this.listener.localAddress()).getPort();
	}

	private void connect(Channel client, int targetPort) {
		new Bootstrap().group(client.eventLoop())
			.channel(NioSocketChannel.class)
			.option(ChannelOption.TCP_NODELAY, true)
			.option(ChannelOption.AUTO_READ, false)
			.handler(new ChannelInboundHandlerAdapter())
			.connect(new InetSocketAddress("127.0.0.1", targetPort))
			.addListener((ChannelFuture connected) -> {
				if (!connected.isSuccess()) {
					client.close();
					return;
				}
				Channel server = connected.channel();
				client.pipeline().addLast(new Direction(server));
				server.pipeline().addLast(new Direction(client));
				client.config().setAutoRead(true);
				server.config().setAutoRead(true);
			});
	}

	@Override
	public void close() {
		this.group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
	}

	/**
	 * What goes from one channel to the other.
	 */
	private final class Direction extends ChannelInboundHandlerAdapter {

		private final Channel to;

		private int underWay;

		Direction(Channel to) {
			this.to = to;
		}

		@Override
		public void channelRead(ChannelHandlerContext ctx, Object message) {
			int bytes = ((ByteBuf) message).readableBytes();
			this.underWay += bytes;
			if (this.underWay > MAX_UNDER_WAY) {
				ctx.channel().config().setAutoRead(false);
			}
			// The delay is the same for all, thus they stay in order
			ctx.executor().schedule(() -> {
				this.underWay -= bytes;
				this.to.writeAndFlush(message);
				if (this.underWay <= MAX_UNDER_WAY / 2) {
					ctx.channel().config().setAutoRead(true);
				}
			}, DelayRelay.this.delayNanos, TimeUnit.NANOSECONDS);
		}

		@Override
		public void channelInactive(ChannelHandlerContext ctx) {
			ctx.executor().schedule(() -> this.to.close(), DelayRelay.this.delayNanos, TimeUnit.NANOSECONDS);
		}

		@Override
		public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
			ctx.close();
		}

	}

}
