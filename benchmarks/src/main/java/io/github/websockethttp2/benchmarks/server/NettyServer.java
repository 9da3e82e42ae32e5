package io.github.websockethttp2.benchmarks.server;

import java.net.InetSocketAddress;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;

/**
 * The limits: Netty's HTTP/2 frame codec and one handler, or one handler alone.
 */
final class NettyServer {

	static final int WINDOW = 256 * 1024;

	private NettyServer() {
	}

	static int start(ServerKind kind, ServerSettings settings) throws Exception {
		BroadcastHub hub = new BroadcastHub(settings.compressed());
		SslContext ssl = ssl(settings);
		MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(
				Math.max(4, Runtime.getRuntime().availableProcessors()),
				Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
		Channel server = new ServerBootstrap().group(group)
			.channel(Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
			.option(ChannelOption.SO_BACKLOG, 1024)
			.childOption(ChannelOption.TCP_NODELAY, true)
			.childHandler(new ChannelInitializer<Channel>() {

				@Override
				protected void initChannel(Channel channel) {
					if (ssl != null) {
						channel.pipeline().addLast(ssl.newHandler(channel.alloc()));
					}
					channel.pipeline().addLast(handlers(kind, settings, hub));
				}

			})
			.bind(new InetSocketAddress("127.0.0.1", 0))
			.sync()
			.channel();
		return ((InetSocketAddress) server.localAddress()).getPort();
	}

	private static ChannelHandler[] handlers(ServerKind kind, ServerSettings settings, BroadcastHub hub) {
		if (kind == ServerKind.LOOP) {
			return new ChannelHandler[] { new ByteLoop(settings.streams(), hub) };
		}
		return new ChannelHandler[] { Http2FrameCodecBuilder.forServer()
			.initialSettings(new Http2Settings().connectProtocolEnabled(true)
				.initialWindowSize(WINDOW)
				.maxConcurrentStreams(settings.streams()))
			.build(), new NettyFrameLoop(hub) };
	}

	private static @org.jspecify.annotations.Nullable SslContext ssl(ServerSettings settings) throws Exception {
		if (settings.keyStore() == null) {
			return null;
		}
		return SslContextBuilder.forServer(KeyStores.keyManagers(settings.keyStore()))
			.applicationProtocolConfig(new ApplicationProtocolConfig(ApplicationProtocolConfig.Protocol.ALPN,
					ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
					ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT, "h2"))
			.build();
	}

}
