package io.github.websockethttp2.benchmarks.server;

import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;

/**
 * All WebSockets of a connection in one handler: what a DATA frame brings is answered
 * with one DATA frame.
 */
final class NettyFrameLoop extends ChannelDuplexHandler implements BroadcastHub.Member {

	private static final DefaultHttp2Headers OK = new DefaultHttp2Headers();

	static {
		OK.status("200");
	}

	/** When half of a stream's window is used, the client hears of it. */
	private static final int UPDATE = NettyServer.WINDOW / 2;

	/** So much of a push goes into one DATA frame. */
	private static final int CHUNK = 8 * 1024;

	/** More than all streams can use before their clients hear of it. */
	private static final int CONNECTION_WINDOW = 1024 * 1024 * 1024;

	private final IntObjectMap<Loop> loops = new IntObjectHashMap<>();

	private final BroadcastHub hub;

	private ChannelHandlerContext context;

	/**
	 * Create a handler.
	 * @param hub everybody who is connected
	 */
	@SuppressWarnings("NullAway.Init")
	NettyFrameLoop(BroadcastHub hub) {
		this.hub = hub;
	}

	@Override
	public void handlerAdded(ChannelHandlerContext ctx) {
		this.context = ctx;
		if (ctx.channel().isActive()) {
			channelActive(ctx);
		}
	}

	@Override
	public void channelActive(ChannelHandlerContext ctx) {
		ctx.writeAndFlush(new DefaultHttp2WindowUpdateFrame(CONNECTION_WINDOW));
	}

	@Override
	public void channelRead(ChannelHandlerContext ctx, Object message) {
		try {
			if (message instanceof Http2DataFrame data) {
				data(ctx, data);
			}
			else if (message instanceof Http2HeadersFrame headers) {
				opened(headers.stream(), headers.headers().path().toString());
				ctx.write(new DefaultHttp2HeadersFrame(OK).stream(headers.stream()), ctx.voidPromise());
			}
			else if (message instanceof Http2ResetFrame reset) {
				ended(reset.stream());
			}
		}
		finally {
			ReferenceCountUtil.release(message);
		}
	}

	private void opened(Http2FrameStream stream, String path) {
		Loop loop = new Loop(stream, path);
		this.loops.put(stream.id(), loop);
		if (loop.broadcast) {
			this.hub.group(this.context.executor()).add(this);
			this.hub.add(1);
		}
	}

	private void ended(Http2FrameStream stream) {
		Loop loop = this.loops.remove(stream.id());
		if (loop != null && loop.broadcast) {
			this.hub.add(-1);
		}
	}

	private void data(ChannelHandlerContext ctx, Http2DataFrame data) {
		Http2FrameStream stream = data.stream();
		Loop loop = this.loops.get(stream.id());
		if (loop == null) {
			return;
		}
		loop.consumed += data.initialFlowControlledBytes();
		if (loop.consumed >= UPDATE) {
			ctx.write(new DefaultHttp2WindowUpdateFrame(loop.consumed).stream(stream), ctx.voidPromise());
			loop.consumed = 0;
		}
		ByteBuf out = ctx.alloc().ioBuffer(Math.max(16, data.content().readableBytes()));
		boolean close = loop.frames.read(data.content(), out);
		if (out.isReadable() || close) {
			ctx.write(new DefaultHttp2DataFrame(out, close).stream(stream), ctx.voidPromise());
		}
		else {
			out.release();
		}
		if (data.isEndStream()) {
			ended(stream);
		}
		PushRequest push = loop.frames.takePush();
		if (push != null) {
			push(ctx, stream, push);
		}
		BroadcastRequest broadcast = loop.frames.takeBroadcast();
		if (broadcast != null) {
			this.hub.send(broadcast, ctx.executor());
		}
	}

	/**
	 * Copies a message once for the connection, and not for each of its streams.
	 */
	@Override
	public void deliver(byte[] frame) {
		ByteBuf shared = this.context.alloc().ioBuffer(frame.length).writeBytes(frame);
		for (Loop loop : this.loops.values()) {
			if (loop.broadcast) {
				this.context.write(new DefaultHttp2DataFrame(shared.retainedDuplicate(), false).stream(loop.stream),
						this.context.voidPromise());
			}
		}
		shared.release();
		this.context.flush();
	}

	private void push(ChannelHandlerContext ctx, Http2FrameStream stream, PushRequest push) {
		byte[] payload = push.payload().getBytes(StandardCharsets.US_ASCII);
		int left = push.count();
		while (left > 0) {
			ByteBuf out = ctx.alloc().ioBuffer(CHUNK);
			do {
				NettyFrames.header(out, 0x81, payload.length);
				out.writeBytes(payload);
				left--;
			}
			while (left > 0 && out.readableBytes() + payload.length < CHUNK);
			ctx.write(new DefaultHttp2DataFrame(out, false).stream(stream), ctx.voidPromise());
		}
	}

	@Override
	public void channelReadComplete(ChannelHandlerContext ctx) {
		ctx.flush();
	}

	@Override
	public void handlerRemoved(ChannelHandlerContext ctx) {
		this.hub.group(ctx.executor()).remove(this);
		this.hub.add(-(int) this.loops.values().stream().filter((loop) -> loop.broadcast).count());
		this.loops.clear();
	}

	@Override
	public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
		ctx.close();
	}

	/**
	 * The state of a stream.
	 */
	private static final class Loop {

		private final Http2FrameStream stream;

		private final NettyFrames frames;

		private final boolean broadcast;

		private int consumed;

		Loop(Http2FrameStream stream, String path) {
			this.stream = stream;
			this.broadcast = path.equals(BroadcastHub.PATH);
			this.frames = new NettyFrames(path);
		}

	}

}
