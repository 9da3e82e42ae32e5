package io.github.websockethttp2.client;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.websockethttp2.testsupport.Waiting;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.util.ReferenceCountUtil;

/**
 * A server that answers each CONNECT as it is told, which no real one does on demand, and
 * that echoes over HTTP/1.1 on the same port. In cleartext.
 */
final class ScriptedServer implements AutoCloseable {

	private static final byte[] CLOSE_1000 = { (byte) 0x88, 2, 3, (byte) 0xE8 };

	private final EventLoopGroup eventLoops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

	private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();

	private final Channel channel;

	/** How many there have been. */
	final AtomicInteger connections = new AtomicInteger();

	/** How many streams the client has reset. */
	final AtomicInteger resets = new AtomicInteger();

	/** How many CONNECTs have come. */
	final AtomicInteger connects = new AtomicInteger();

	ScriptedServer(Answer... answers) {
		this.answers.addAll(List.of(answers));
		this.channel = new ServerBootstrap().group(this.eventLoops)
			.channel(NioServerSocketChannel.class)
			.childHandler(new ChannelInitializer<>() {

				@Override
				protected void initChannel(Channel accepted) {
					ScriptedServer.this.connections.incrementAndGet();
					accepted.pipeline().addLast(new Sniffer());
				}

			})
			.bind(InetAddress.getLoopbackAddress(), 0)
			.syncUninterruptibly()
			.channel();
	}

	URI url() {
		return URI.create("ws://127.0.0.1:" + ((InetSocketAddress) this.channel.localAddress()).getPort() + "/echo");
	}

	@Override
	public void close() {
		this.eventLoops.shutdownGracefully(0, Waiting.TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
			.awaitUninterruptibly(Waiting.TIMEOUT.toMillis());
	}

	/**
	 * An answer to a CONNECT.
	 */
	interface Answer {

		/** Accepts, and closes with 1000. */
		Answer ACCEPT = (ctx, codec, stream) -> {
			ctx.write(new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().status("200")).stream(stream));
			ctx.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(CLOSE_1000), true).stream(stream));
		};

		/** Goes away without having seen the CONNECT. */
		Answer GO_AWAY = (ctx, codec, stream) -> codec.encoder()
			.writeGoAway(ctx.pipeline().context(codec), 0, Http2Error.NO_ERROR.code(), Unpooled.EMPTY_BUFFER,
					ctx.newPromise())
			.channel()
			.flush();

		/** Says nothing. */
		Answer SILENCE = (ctx, codec, stream) -> {
		};

		static Answer status(int status) {
			return (ctx, codec,
					stream) -> ctx.writeAndFlush(new DefaultHttp2HeadersFrame(
							new DefaultHttp2Headers().status(Integer.toString(status)).add("x-answer", "mine"), true)
						.stream(stream));
		}

		static Answer reset(Http2Error error) {
			return (ctx, codec, stream) -> ctx.writeAndFlush(new DefaultHttp2ResetFrame(error).stream(stream));
		}

		void give(ChannelHandlerContext ctx, Http2FrameCodec codec, Http2FrameStream stream);

	}

	private final class Sniffer extends ChannelInboundHandlerAdapter {

		@Override
		public void channelRead(ChannelHandlerContext ctx, Object message) {
			ByteBuf bytes = (ByteBuf) message;
			if (bytes.getByte(bytes.readerIndex()) == 'P') {
				Http2Settings settings = Http2Settings.defaultSettings();
				settings.put((char) 0x8, Long.valueOf(1));
				Http2FrameCodec codec = Http2FrameCodecBuilder.forServer().initialSettings(settings).build();
				ctx.pipeline().addLast(codec, new Http2(codec));
			}
			else {
				ctx.pipeline()
					.addLast(new HttpServerCodec(), new HttpObjectAggregator(1024),
							new WebSocketServerProtocolHandler("/echo"), new Echo());
			}
			ctx.fireChannelRead(bytes);
			ctx.pipeline().remove(this);
		}

	}

	private final class Http2 extends ChannelInboundHandlerAdapter {

		private final Http2FrameCodec codec;

		Http2(Http2FrameCodec codec) {
			this.codec = codec;
		}

		@Override
		public void channelRead(ChannelHandlerContext ctx, Object message) {
			if (message instanceof Http2HeadersFrame headers) {
				ScriptedServer.this.connects.incrementAndGet();
				ScriptedServer.this.answers.remove().give(ctx, this.codec, headers.stream());
			}
			else if (message instanceof Http2ResetFrame) {
				ScriptedServer.this.resets.incrementAndGet();
			}
			ReferenceCountUtil.release(message);
		}

	}

	private static final class Echo extends ChannelInboundHandlerAdapter {

		@Override
		public void channelRead(ChannelHandlerContext ctx, Object message) {
			if (message instanceof WebSocketFrame frame) {
				ctx.writeAndFlush(frame);
			}
			else {
				ReferenceCountUtil.release(message);
			}
		}

	}

}
