package io.github.websockethttp2.stream;

import java.util.function.Predicate;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.Http2WindowUpdateFrame;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import org.jspecify.annotations.Nullable;

/**
 * The bodies of ordinary requests on their way to the multiplexer, where each frame stays
 * an object until its request is read: one of a byte costs a hundred times that, and the
 * window of a connection with WebSockets is big. Small frames of a stream that has unread
 * bytes are therefore copied together, and passed on when it reads again.
 */
final class SmallFrames extends ChannelDuplexHandler {

	/** Smaller frames cost more than what is in them. */
	private static final int SMALL = 1024;

	/** Bytes that may wait as they came. */
	private static final int MAX_UNREAD = 1024;

	/** What is passed on, be it read or not. */
	private static final int FRAME_SIZE = 16 * 1024;

	private final Http2Connection connection;

	private final Predicate<Http2FrameStream> hasSession;

	private final IntObjectMap<PendingStream> waiting = new IntObjectHashMap<>(4);

	/**
	 * Create the handler of a connection.
	 * @param connection the connection
	 * @param hasSession tells the streams of sessions, which see to it themselves
	 */
	SmallFrames(Http2Connection connection, Predicate<Http2FrameStream> hasSession) {
		this.connection = connection;
		this.hasSession = hasSession;
	}

	@Override
	public void handlerAdded(ChannelHandlerContext ctx) {
		this.connection.addListener(new Http2ConnectionAdapter() {
			@Override
			public void onStreamClosed(Http2Stream stream) {
				PendingStream pending = SmallFrames.this.waiting.remove(stream.id());
				if (pending != null) {
					pending.discard();
				}
			}
		});
	}

	@Override
	public void channelRead(ChannelHandlerContext ctx, Object message) {
		if (message instanceof Http2DataFrame data) {
			onData(ctx, data);
			return;
		}
		if (message instanceof Http2HeadersFrame trailers) {
			passOn(ctx, trailers.stream());
		}
		ctx.fireChannelRead(message);
	}

	private void onData(ChannelHandlerContext ctx, Http2DataFrame data) {
		Http2FrameStream stream = data.stream();
		PendingStream pending = waiting(stream);
		if (stream == null || (pending == null && !mustWait(stream, data))) {
			ctx.fireChannelRead(data);
			return;
		}
		if (pending == null) {
			pending = new PendingStream(stream);
			this.waiting.put(stream.id(), pending);
		}
		pending.hold(ctx, data);
		if (data.isEndStream() || pending.size() >= FRAME_SIZE) {
			passOn(ctx, stream);
		}
	}

	private @Nullable PendingStream waiting(@Nullable Http2FrameStream stream) {
		return (stream != null && !this.waiting.isEmpty()) ? this.waiting.get(stream.id()) : null;
	}

	private boolean mustWait(Http2FrameStream frameStream, Http2DataFrame data) {
		if (data.content().readableBytes() >= SMALL || this.hasSession.test(frameStream)) {
			return false;
		}
		Http2Stream stream = this.connection.stream(frameStream.id());
		if (stream == null) {
			return false;
		}
		int unread = this.connection.local().flowController().unconsumedBytes(stream);
		return unread - data.initialFlowControlledBytes() >= MAX_UNREAD;
	}

	private void passOn(ChannelHandlerContext ctx, @Nullable Http2FrameStream stream) {
		PendingStream pending = waiting(stream);
		if (pending != null) {
			this.waiting.remove(pending.stream().id());
			pending.forward(ctx);
		}
	}

	@Override
	public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
		ctx.write(message, promise);
		if (message instanceof Http2WindowUpdateFrame update && waiting(update.stream()) != null) {
			// The stream has asked for more, and is about to be ready for it
			ctx.executor().execute(() -> passOn(ctx, update.stream()));
		}
	}

	@Override
	public void channelInactive(ChannelHandlerContext ctx) {
		this.waiting.values().forEach(PendingStream::discard);
		this.waiting.clear();
		ctx.fireChannelInactive();
	}

}
