package io.github.websockethttp2.client;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.websockethttp2.testsupport.Waiting;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2PingFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.DefaultHttp2SettingsFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2PingFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2SettingsAckFrame;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.GlobalEventExecutor;

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

	/** How many there are. */
	final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

	/** How many streams the client has reset. */
	final AtomicInteger resets = new AtomicInteger();

	/** How many PINGs have come. */
	final AtomicInteger pings = new AtomicInteger();

	/** How many of its own PINGs have been answered. */
	final AtomicInteger pongs = new AtomicInteger();

	/** How many SETTINGS the client has acknowledged. */
	final AtomicInteger acks = new AtomicInteger();

	/** The errors with which it has. */
	final Queue<Long> resetErrors = new ConcurrentLinkedQueue<>();

	/** The statuses of Close frames that have come, over any version of HTTP. */
	final Queue<Integer> closes = new ConcurrentLinkedQueue<>();

	/** How many CONNECTs have come. */
	final AtomicInteger connects = new AtomicInteger();

	private final Http2Settings settings;

	/** SETTINGS that follow the first at once. */
	volatile Http2Settings second;

	/** The answer when there is no other. */
	volatile Answer otherwise = Answer.OPEN;

	/** Whether it answers PING. */
	volatile boolean alive = true;

	/** Whether it answers Close. */
	volatile boolean polite = true;

	/** Whether it ends its side of a socket with its answer to Close. */
	volatile boolean ends = true;

	/** How many sockets the client has ended, over HTTP/2. */
	final AtomicInteger ended = new AtomicInteger();

	/** Ends its side of the socket that has been closed last, over HTTP/2. */
	volatile Runnable end;

	/** What it sends on each socket over HTTP/1.1. */
	volatile byte[] onOpen = {};

	ScriptedServer(Answer... answers) {
		this(webSockets(), answers);
	}

	ScriptedServer(Http2Settings settings, Answer... answers) {
		this.settings = settings;
		this.answers.addAll(List.of(answers));
		this.channel = new ServerBootstrap().group(this.eventLoops)
			.channel(NioServerSocketChannel.class)
			.childHandler(new ChannelInitializer<>() {

				@Override
				protected void initChannel(Channel accepted) {
					ScriptedServer.this.connections.incrementAndGet();
					ScriptedServer.this.open.add(accepted);
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

	URI url(String path) {
		return url().resolve(path);
	}

	/**
	 * Returns settings that offer WebSockets.
	 */
	static Http2Settings webSockets() {
		Http2Settings settings = Http2Settings.defaultSettings();
		settings.put((char) 0x8, Long.valueOf(1));
		return settings;
	}

	/**
	 * Sends SETTINGS on all connections.
	 */
	void send(Http2Settings settings) {
		this.open.writeAndFlush(new DefaultHttp2SettingsFrame(settings));
	}

	/**
	 * Sends PING on all connections.
	 */
	void ping() {
		this.open.writeAndFlush(new DefaultHttp2PingFrame(1));
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

		/** Accepts, echoes text, and answers Close. */
		Answer OPEN = (ctx, codec, stream) -> ctx
			.writeAndFlush(new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().status("200")).stream(stream));

		/** Accepts, and goes away from all streams after this. */
		Answer LAST = (ctx, codec, stream) -> {
			OPEN.give(ctx, codec, stream);
			codec.encoder()
				.writeGoAway(ctx.pipeline().context(codec), stream.id(), Http2Error.NO_ERROR.code(),
						Unpooled.EMPTY_BUFFER, ctx.newPromise())
				.channel()
				.flush();
		};

		/** Closes the connection. */
		Answer HANG_UP = (ctx, codec, stream) -> ctx.close();

		/** Goes away without having seen the CONNECT. */
		Answer GO_AWAY = (ctx, codec, stream) -> codec.encoder()
			.writeGoAway(ctx.pipeline().context(codec), 0, Http2Error.NO_ERROR.code(), Unpooled.EMPTY_BUFFER,
					ctx.newPromise())
			.channel()
			.flush();

		/** Says nothing. */
		Answer SILENCE = (ctx, codec, stream) -> {
		};

		/**
		 * Accepts, and sends bytes.
		 */
		static Answer bytes(boolean endStream, byte... bytes) {
			return (ctx, codec, stream) -> {
				OPEN.give(ctx, codec, stream);
				ctx.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.copiedBuffer(bytes), endStream).stream(stream));
			};
		}

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
				Http2FrameCodec codec = Http2FrameCodecBuilder.forServer()
					.initialSettings(ScriptedServer.this.settings)
					.autoAckPingFrame(ScriptedServer.this.alive)
					.build();
				ctx.pipeline().addLast(codec, new Http2(codec));
			}
			else {
				ctx.pipeline()
					.addLast(new HttpServerCodec(), new HttpObjectAggregator(1024),
							new WebSocketServerProtocolHandler(WebSocketServerProtocolConfig.newBuilder()
								.websocketPath("/echo")
								.handleCloseFrames(false)
								.sendCloseFrame(null)
								.build()),
							new Echo());
			}
			if (ctx.pipeline().get(Http2FrameCodec.class) != null && ScriptedServer.this.second != null) {
				ctx.pipeline().writeAndFlush(new DefaultHttp2SettingsFrame(ScriptedServer.this.second));
			}
			ctx.fireChannelRead(bytes);
			ctx.pipeline().remove(this);
		}

	}

	private final class Http2 extends ChannelInboundHandlerAdapter {

		private final Http2FrameCodec codec;

		private final Map<Http2FrameStream, EmbeddedChannel> decoders = new HashMap<>();

		Http2(Http2FrameCodec codec) {
			this.codec = codec;
		}

		@Override
		public void channelRead(ChannelHandlerContext ctx, Object message) {
			if (message instanceof Http2HeadersFrame headers) {
				ScriptedServer.this.connects.incrementAndGet();
				Answer answer = ScriptedServer.this.answers.poll();
				((answer != null) ? answer : ScriptedServer.this.otherwise).give(ctx, this.codec, headers.stream());
			}
			else if (message instanceof Http2ResetFrame reset) {
				ScriptedServer.this.resetErrors.add(reset.errorCode());
				ScriptedServer.this.resets.incrementAndGet();
			}
			else if (message instanceof Http2PingFrame ping) {
				((ping.ack()) ? ScriptedServer.this.pongs : ScriptedServer.this.pings).incrementAndGet();
			}
			else if (message instanceof Http2SettingsAckFrame) {
				ScriptedServer.this.acks.incrementAndGet();
			}
			else if (message instanceof Http2DataFrame data) {
				onData(ctx, data);
			}
			ReferenceCountUtil.release(message);
		}

		private void onData(ChannelHandlerContext ctx, Http2DataFrame data) {
			EmbeddedChannel decoder = this.decoders.computeIfAbsent(data.stream(),
					(stream) -> new EmbeddedChannel(new WebSocket13FrameDecoder(true, true, 1 << 20)));
			decoder.writeInbound(data.content().retain());
			WebSocketFrame frame = decoder.readInbound();
			while (frame != null) {
				onFrame(ctx, data.stream(), frame);
				frame.release();
				frame = decoder.readInbound();
			}
			if (data.isEndStream()) {
				ScriptedServer.this.ended.incrementAndGet();
			}
		}

		private void onFrame(ChannelHandlerContext ctx, Http2FrameStream stream, WebSocketFrame frame) {
			boolean close = frame instanceof CloseWebSocketFrame;
			if (close) {
				ScriptedServer.this.end = () -> ctx
					.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.EMPTY_BUFFER, true).stream(stream));
				ScriptedServer.this.closes.add(((CloseWebSocketFrame) frame).statusCode());
			}
			if (!close || ScriptedServer.this.polite) {
				byte[] head = { (byte) ((close) ? 0x88 : 0x81), (byte) frame.content().readableBytes() };
				ctx.writeAndFlush(new DefaultHttp2DataFrame(
						Unpooled.wrappedBuffer(Unpooled.wrappedBuffer(head), frame.content().retain()),
						close && ScriptedServer.this.ends)
					.stream(stream));
			}
		}

		@Override
		public void channelInactive(ChannelHandlerContext ctx) {
			this.decoders.values().forEach(EmbeddedChannel::finishAndReleaseAll);
			ctx.fireChannelInactive();
		}

		@Override
		public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
			ctx.close();
		}

	}

	private final class Echo extends ChannelInboundHandlerAdapter {

		@Override
		public void channelRead(ChannelHandlerContext ctx, Object message) {
			if (message instanceof CloseWebSocketFrame close) {
				ScriptedServer.this.closes.add(close.statusCode());
				ChannelFuture answer = ctx.writeAndFlush(close);
				if (ScriptedServer.this.ends) {
					answer.addListener(ChannelFutureListener.CLOSE);
				}
			}
			else if (message instanceof WebSocketFrame frame) {
				ctx.writeAndFlush(frame);
			}
			else if (message instanceof FullHttpRequest request) {
				request.release();
				ctx.writeAndFlush(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.NOT_FOUND))
					.addListener(ChannelFutureListener.CLOSE);
			}
			else {
				ReferenceCountUtil.release(message);
			}
		}

		@Override
		public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
			if (event instanceof WebSocketServerProtocolHandler.HandshakeComplete) {
				ctx.writeAndFlush(Unpooled.copiedBuffer(ScriptedServer.this.onOpen));
			}
		}

	}

}
