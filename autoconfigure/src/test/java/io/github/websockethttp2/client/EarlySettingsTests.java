package io.github.websockethttp2.client;

import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.TimeUnit;

import io.github.websockethttp2.testsupport.TestTls;
import io.github.websockethttp2.testsupport.Waiting;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshakeException;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/**
 * A server whose SETTINGS come together with the end of the TLS handshake, as nginx's do.
 */
class EarlySettingsTests {

	@ParameterizedTest
	@ValueSource(strings = { "TLSv1.2", "TLSv1.3" })
	void areNotLost(String version) throws Exception {
		SslContext tls = SslContextBuilder.forServer(TestTls.keyManagerFactory())
			.protocols(version)
			.applicationProtocolConfig(new ApplicationProtocolConfig(ApplicationProtocolConfig.Protocol.ALPN,
					ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
					ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT, ApplicationProtocolNames.HTTP_2))
			.build();
		EventLoopGroup eventLoops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
		try {
			Channel server = new ServerBootstrap().group(eventLoops)
				.channel(NioServerSocketChannel.class)
				.childHandler(new ChannelInitializer<>() {

					@Override
					protected void initChannel(Channel channel) {
						channel.pipeline()
							.addLast(new LateFlush(), tls.newHandler(channel.alloc()), new Http2AfterHandshake());
					}

				})
				.bind(new InetSocketAddress("127.0.0.1", 0))
				.sync()
				.channel();
			URI url = URI.create("wss://127.0.0.1:" + ((InetSocketAddress) server.localAddress()).getPort());
			StepVerifier
				.create(Http2WebSocketClient.builder()
					.tls((context) -> context.trustManager(TestTls.trustManagerFactory()))
					.fallback(false)
					.build()
					.execute(url, (session) -> Mono.empty()))
				.expectErrorMatches((error) -> error instanceof WebSocketClientHandshakeException refused
						&& refused.response().status().code() == 404)
				.verify(Waiting.TIMEOUT);
		}
		finally {
			eventLoops.shutdownGracefully(0, 0, TimeUnit.SECONDS).sync();
		}
	}

	/**
	 * Has what is written for one reason and the next leave together.
	 */
	private static final class LateFlush extends ChannelOutboundHandlerAdapter {

		@Override
		public void flush(ChannelHandlerContext ctx) {
			ctx.executor().schedule(ctx::flush, 20, TimeUnit.MILLISECONDS);
		}

	}

	/**
	 * Does not wait for the client's first bytes.
	 */
	private static final class Http2AfterHandshake extends ChannelInboundHandlerAdapter {

		@Override
		public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
			if (event instanceof SslHandshakeCompletionEvent) {
				Http2Settings settings = Http2Settings.defaultSettings();
				settings.put((char) 0x8, Long.valueOf(1));
				ctx.pipeline()
					.addLast(Http2FrameCodecBuilder.forServer().initialSettings(settings).build(), new NotFound());
				ctx.pipeline().remove(this);
				ctx.flush();
			}
		}

	}

	private static final class NotFound extends ChannelInboundHandlerAdapter {

		@Override
		public void channelRead(ChannelHandlerContext ctx, Object message) {
			if (message instanceof Http2HeadersFrame frame) {
				ctx.writeAndFlush(new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().status("404"), true)
					.stream(frame.stream()));
			}
			ReferenceCountUtil.release(message);
		}

	}

}
