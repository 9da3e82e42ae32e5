package io.github.websockethttp2.server.http2;

import io.github.websockethttp2.transport.InboundCredit;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import org.jspecify.annotations.Nullable;

/**
 * Merges small DATA frames of ordinary requests. The multiplexer keeps each frame as an
 * object until its request is read; a frame of one byte costs a hundred times its size,
 * and the window of a connection with WebSockets is big. Small frames of a stream with
 * unread bytes are therefore copied together, and passed on when the stream reads again.
 * All methods run on the connection's event loop and take the context of the connection's
 * handler.
 */
final class SmallFrames {

	/** Frames smaller than this cost more than their content. */
	private static final int SMALL = 1024;

	/** How many bytes may wait without being copied. */
	private static final int MAX_UNREAD = 1024;

	/** At this size merged bytes are passed on, even if the stream does not read. */
	private static final int FRAME_SIZE = 16 * 1024;

	private final Http2Connection connection;

	private final InboundCredit credit;

	private final IntObjectMap<PendingStream> waiting = new IntObjectHashMap<>(4);

	SmallFrames(Http2Connection connection) {
		this.connection = connection;
		this.credit = new InboundCredit(connection);
	}

	boolean isEmpty() {
		return this.waiting.isEmpty();
	}

	/**
	 * Passes on a frame, or keeps its content.
	 */
	void onData(ChannelHandlerContext ctx, Http2FrameStream stream, Http2DataFrame data) {
		PendingStream pending = waiting(stream);
		if (pending == null && !mustWait(stream, data)) {
			ctx.fireChannelRead(data);
			return;
		}
		if (pending == null) {
			pending = new PendingStream(this.credit, stream);
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
		if (data.content().readableBytes() >= SMALL) {
			return false;
		}
		Http2Stream stream = this.connection.stream(frameStream.id());
		if (stream == null) {
			return false;
		}
		int unread = this.connection.local().flowController().unconsumedBytes(stream);
		return unread - data.initialFlowControlledBytes() >= MAX_UNREAD;
	}

	/**
	 * A stream has consumed bytes, and is about to be ready for more.
	 */
	void onWindowUpdate(ChannelHandlerContext ctx, @Nullable Http2FrameStream stream) {
		if (waiting(stream) != null) {
			ctx.executor().execute(() -> passOn(ctx, stream));
		}
	}

	/**
	 * Passes on the kept content of a stream.
	 */
	void passOn(ChannelHandlerContext ctx, @Nullable Http2FrameStream stream) {
		PendingStream pending = waiting(stream);
		if (pending != null) {
			this.waiting.remove(pending.stream().id());
			pending.forward(ctx);
		}
	}

	void onStreamClosed(int streamId) {
		PendingStream pending = this.waiting.remove(streamId);
		if (pending != null) {
			pending.release();
		}
	}

	/**
	 * Releases what all streams hold, since the connection is gone.
	 */
	void release() {
		this.waiting.values().forEach(PendingStream::release);
		this.waiting.clear();
	}

}
