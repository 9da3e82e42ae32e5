package io.github.websockethttp2.server.http2;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.github.websockethttp2.transport.InboundCredit;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * The streams of a connection that no session looks after: those whose handshake is
 * undecided, and those whose output has ended. If the peer does not end its side of the
 * latter within the close timeout, or sooner when few slots are left, the stream is
 * reset, so that its slot becomes free. All methods run on the connection's event loop
 * and take the context of the connection's handler.
 */
final class PendingStreams {

	/**
	 * How long a stream whose output has ended waits for its peer when slots are scarce.
	 */
	private static final Duration CROWDED_TIMEOUT = Duration.ofMillis(250);

	private final Http2Connection connection;

	private final InboundCredit credit;

	private final Duration closeTimeout;

	private final IntObjectMap<PendingStream> streams = new IntObjectHashMap<>(4);

	private @Nullable Future<?> makingRoom;

	PendingStreams(Http2Connection connection, Duration closeTimeout) {
		this.connection = connection;
		this.credit = new InboundCredit(connection);
		this.closeTimeout = closeTimeout;
	}

	boolean isEmpty() {
		return this.streams.isEmpty();
	}

	/**
	 * Returns whether a stream has sent a WebSocket handshake that is not decided yet.
	 */
	boolean isHandshake(int streamId) {
		PendingStream pending = this.streams.get(streamId);
		return (pending != null && !pending.isDropped());
	}

	/**
	 * A handshake has arrived. The DATA behind it waits for the answer.
	 */
	void handshake(ChannelHandlerContext ctx, Http2FrameStream stream) {
		this.streams.put(stream.id(), new PendingStream(this.credit, stream));
		makeRoom(ctx);
	}

	/**
	 * The handshake is accepted: hands over the DATA that has arrived so far.
	 */
	void accepted(ChannelHandlerContext ctx, int streamId, Consumer<Http2DataFrame> sink) {
		PendingStream pending = this.streams.remove(streamId);
		if (pending != null) {
			pending.forward(ctx, sink);
		}
	}

	/**
	 * The server's side of a stream has ended. The peer has the close timeout to end its
	 * own side, and what it still sends is dropped.
	 */
	void outputEnded(ChannelHandlerContext ctx, Http2FrameStream frameStream) {
		Http2Stream stream = this.connection.stream(frameStream.id());
		if (stream == null || stream.state() == Http2Stream.State.CLOSED) {
			return;
		}
		PendingStream pending = this.streams.computeIfAbsent(frameStream.id(),
				(id) -> new PendingStream(this.credit, frameStream));
		pending.drop(ctx);
		pending.onTimeout(ctx.executor(), this.closeTimeout, () -> {
			// RFC 9113, section 8.1: the answer is complete and the rest of the request
			// is not needed; or the peer's window did not let the answer out
			boolean complete = !stream.state().localSideOpen();
			reset(ctx, frameStream, (complete) ? Http2Error.NO_ERROR : Http2Error.CANCEL);
		});
		makeRoom(ctx);
	}

	/**
	 * Resets streams early when few slots are free. Some peers, such as nghttpx and
	 * Chrome, never end their side, and open no stream while all slots are taken. The
	 * short wait is enough for a proxy to pass on a Close frame.
	 */
	private void makeRoom(ChannelHandlerContext ctx) {
		if (this.makingRoom != null || !isCrowded()) {
			return;
		}
		List<Http2FrameStream> waiting = this.streams.values()
			.stream()
			.map(PendingStream::stream)
			.filter(this::waitsForPeer)
			.toList();
		if (!waiting.isEmpty()) {
			this.makingRoom = ctx.executor().schedule(() -> {
				this.makingRoom = null;
				waiting.stream()
					.filter(this::waitsForPeer)
					.forEach((stream) -> reset(ctx, stream, Http2Error.NO_ERROR));
				makeRoom(ctx);
			}, CROWDED_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS);
		}
	}

	private boolean isCrowded() {
		Http2Connection.Endpoint<?> client = this.connection.remote();
		return client.numActiveStreams() >= client.maxActiveStreams() * 3L / 4;
	}

	private boolean waitsForPeer(Http2FrameStream frameStream) {
		Http2Stream stream = this.connection.stream(frameStream.id());
		return stream != null && stream.state() == Http2Stream.State.HALF_CLOSED_LOCAL;
	}

	private static void reset(ChannelHandlerContext ctx, Http2FrameStream stream, Http2Error error) {
		ctx.writeAndFlush(new DefaultHttp2ResetFrame(error).stream(stream));
	}

	/**
	 * Handles DATA, if its stream is pending.
	 * @return whether it is
	 */
	boolean onData(ChannelHandlerContext ctx, Http2DataFrame data) {
		PendingStream pending = get(data.stream());
		if (pending != null) {
			pending.hold(ctx, data);
		}
		return pending != null;
	}

	/**
	 * Handles trailers, if their stream is pending. All that matters to a WebSocket is
	 * that they end the stream.
	 * @return whether it is
	 */
	boolean onTrailers(ChannelHandlerContext ctx, Http2HeadersFrame trailers) {
		PendingStream pending = get(trailers.stream());
		if (pending != null && trailers.isEndStream()) {
			pending.hold(ctx, new DefaultHttp2DataFrame(Unpooled.EMPTY_BUFFER, true).stream(trailers.stream()));
		}
		return pending != null;
	}

	/**
	 * A response is written, which decides the handshake.
	 */
	void onResponse(ChannelHandlerContext ctx, Http2HeadersFrame response) {
		PendingStream pending = get(response.stream());
		CharSequence status = response.headers().status();
		if (pending == null || status == null || status.charAt(0) == '1') {
			return;
		}
		if (response.isEndStream()) {
			outputEnded(ctx, pending.stream());
		}
		else if (status.charAt(0) != '2') {
			pending.drop(ctx);
		}
		else {
			// Accepted by an upgrade strategy that is not ours. It is ready to read once
			// its own listeners of this write have run
			ctx.executor().execute(() -> {
				if (this.streams.remove(pending.stream().id()) == pending) {
					pending.forward(ctx);
				}
				if (pending.isInputEnded()) {
					outputEnded(ctx, pending.stream());
				}
			});
		}
	}

	/**
	 * The end of a stream is written.
	 */
	void onEndStream(ChannelHandlerContext ctx, @Nullable Http2FrameStream stream) {
		PendingStream pending = get(stream);
		if (pending != null) {
			outputEnded(ctx, pending.stream());
		}
	}

	private @Nullable PendingStream get(@Nullable Http2FrameStream stream) {
		return (stream != null && !this.streams.isEmpty()) ? this.streams.get(stream.id()) : null;
	}

	void onStreamClosed(int streamId) {
		PendingStream pending = this.streams.remove(streamId);
		if (pending != null) {
			pending.release();
		}
	}

	/**
	 * Releases what all streams hold, since the connection is gone.
	 */
	void release() {
		this.streams.values().forEach(PendingStream::release);
		this.streams.clear();
		if (this.makingRoom != null) {
			this.makingRoom.cancel(false);
		}
	}

}
