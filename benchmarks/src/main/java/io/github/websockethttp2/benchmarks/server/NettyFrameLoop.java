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
final class NettyFrameLoop extends ChannelDuplexHandler {

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

	@Override
	public void handlerAdded(ChannelHandlerContext ctx) {
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
				this.loops.put(headers.stream().id(), new Loop(headers.headers().path().toString()));
				ctx.write(new DefaultHttp2HeadersFrame(OK).stream(headers.stream()), ctx.voidPromise());
			}
			else if (message instanceof Http2ResetFrame reset) {
				this.loops.remove(reset.stream().id());
			}
		}
		finally {
			ReferenceCountUtil.release(message);
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
			this.loops.remove(stream.id());
		}
		PushRequest push = loop.frames.takePush();
		if (push != null) {
			push(ctx, stream, push);
		}
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
	public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
		ctx.close();
	}

	/**
	 * The state of a stream.
	 */
	private static final class Loop {

		private final NettyFrames frames;

		private int consumed;

		Loop(String path) {
			this.frames = new NettyFrames(path);
		}

	}

}
