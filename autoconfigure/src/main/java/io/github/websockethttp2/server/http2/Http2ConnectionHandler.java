package io.github.websockethttp2.server.http2;

import java.io.IOException;
import java.util.Set;

import io.github.websockethttp2.transport.SessionStreams;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2FrameStreamException;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.handler.codec.http2.Http2Stream;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Handles the frames of one HTTP/2 connection, between the codec and the multiplexer,
 * where requests are still as the client sent them. {@link RequestGate} and
 * {@link HeaderListLimit} refuse requests, {@link PendingStreams} keeps DATA until a
 * handshake is decided, and {@link SmallFrames} merges the bodies of ordinary requests.
 * All methods run on the connection's event loop.
 */
final class Http2ConnectionHandler extends ChannelDuplexHandler {

	private static final Log logger = LogFactory.getLog(Http2ConnectionHandler.class);

	private final Http2Connection connection;

	private final Set<Http2ConnectionHandler> connections;

	private final Http2ServerConnection serverConnection;

	private final PendingStreams pendingStreams;

	private final HeaderListLimit headerListLimit;

	private final RequestGate requests;

	private final SmallFrames smallFrames;

	private final @Nullable ConnectionTraffic traffic;

	private @Nullable ChannelHandlerContext ctx;

	/**
	 * Create the handler of a connection.
	 * @param codec the connection's frame codec
	 * @param streams the way of the sessions' DATA
	 * @param terms the settings of the connection
	 * @param traffic counts what the connection does, or {@code null} if nobody wants to
	 * know
	 * @param connections the open connections, which this one joins
	 */
	Http2ConnectionHandler(Http2FrameCodec codec, SessionStreams streams, ConnectionTerms terms,
			@Nullable ConnectionTraffic traffic, Set<Http2ConnectionHandler> connections) {
		this.connection = codec.connection();
		this.connections = connections;
		this.traffic = traffic;
		this.serverConnection = new Http2ServerConnection(this.connection, streams, terms, traffic);
		this.pendingStreams = this.serverConnection.pendingStreams();
		this.headerListLimit = new HeaderListLimit(codec);
		this.requests = new RequestGate(terms.offered(), this.headerListLimit, this.pendingStreams);
		this.smallFrames = new SmallFrames(this.connection);
	}

	@Override
	public void handlerAdded(ChannelHandlerContext ctx) throws Http2Exception {
		this.ctx = ctx;
		this.connection.addListener(new Http2ConnectionAdapter() {
			@Override
			public void onStreamClosed(Http2Stream stream) {
				Http2ConnectionHandler.this.onStreamClosed(stream);
			}
		});
		this.serverConnection.begin(ctx);
		this.connections.add(this);
		if (this.traffic != null) {
			this.traffic.opened();
		}
	}

	/**
	 * Returns the id of the connection. May be called from any thread.
	 */
	String id() {
		return this.serverConnection.id();
	}

	/**
	 * Tells the peer to open no more streams (RFC 9113, section 6.8).
	 */
	void goAway() {
		ChannelHandlerContext ctx = this.ctx;
		if (ctx != null) {
			ctx.writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR));
		}
	}

	/**
	 * The peer has ended its side of a stream. Handlers of a WebSocket that is not ours
	 * may not notice it.
	 */
	private void onInputEnded(Http2FrameStream stream) {
		if (this.serverConnection.foreignStreams().contains(stream)) {
			this.serverConnection.outputEnded(stream);
		}
	}

	private void onStreamClosed(Http2Stream stream) {
		this.pendingStreams.onStreamClosed(stream.id());
		this.smallFrames.onStreamClosed(stream.id());
		this.serverConnection.sessions().onStreamClosed(stream);
	}

	@Override
	public void channelRead(ChannelHandlerContext ctx, Object message) throws Http2Exception {
		this.serverConnection.peer().heard();
		// The concrete class, and first: a test for one of its interfaces costs more than
		// the rest of this method
		if (message instanceof DefaultHttp2DataFrame data) {
			onData(ctx, data);
		}
		else if (message instanceof Http2HeadersFrame headers) {
			onHeaders(ctx, headers);
		}
		else {
			if (message instanceof Http2SettingsFrame) {
				this.headerListLimit.onSettings(ctx);
			}
			else if (message instanceof Http2ResetFrame reset && this.traffic != null) {
				this.traffic.resetReceived(reset.errorCode());
			}
			ctx.fireChannelRead(message);
		}
	}

	private void onData(ChannelHandlerContext ctx, DefaultHttp2DataFrame data) {
		Http2FrameStream stream = data.stream();
		if (!this.pendingStreams.isEmpty() && this.pendingStreams.onData(ctx, data)) {
			return;
		}
		if (stream == null || this.serverConnection.sessions().isOn(stream)) {
			// Sessions handle small frames themselves
			ctx.fireChannelRead(data);
		}
		else {
			boolean end = data.isEndStream();
			this.smallFrames.onData(ctx, stream, data);
			if (end) {
				onInputEnded(stream);
			}
		}
	}

	private void onHeaders(ChannelHandlerContext ctx, Http2HeadersFrame headers) {
		if (isRequest(headers)) {
			this.requests.onRequest(ctx, headers);
		}
		else if (this.headerListLimit.isExceededBy(headers.headers())) {
			reset(ctx, headers.stream(), Http2Error.PROTOCOL_ERROR);
		}
		else if (!this.pendingStreams.onTrailers(ctx, headers)) {
			this.smallFrames.passOn(ctx, headers.stream());
			ctx.fireChannelRead(headers);
			if (headers.isEndStream()) {
				onInputEnded(headers.stream());
			}
		}
	}

	/**
	 * Returns whether a frame is a request and not trailers. Netty also counts as
	 * trailers a request with END_STREAM, but such a request creates its stream
	 * half-closed, while trailers end a stream that is open to the peer.
	 */
	private boolean isRequest(Http2HeadersFrame frame) {
		Http2Stream stream = this.connection.stream(streamId(frame.stream()));
		return stream != null
				&& (!stream.isTrailersReceived() || stream.state() == Http2Stream.State.HALF_CLOSED_REMOTE);
	}

	private static void reset(ChannelHandlerContext ctx, Http2FrameStream stream, Http2Error error) {
		ctx.writeAndFlush(new DefaultHttp2ResetFrame(error).stream(stream));
	}

	@Override
	public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) throws Http2Exception {
		ctx.write(message, promise);
		if (!this.pendingStreams.isEmpty()) {
			if (message instanceof Http2HeadersFrame headers) {
				this.pendingStreams.onResponse(ctx, headers);
			}
			else if (message instanceof Http2DataFrame data && data.isEndStream()) {
				this.pendingStreams.onEndStream(ctx, data.stream());
			}
		}
		if (message instanceof DefaultHttp2WindowUpdateFrame update) {
			onConsumed(ctx, update.stream());
		}
	}

	/**
	 * The handlers of an ordinary request have consumed some of its body.
	 */
	private void onConsumed(ChannelHandlerContext ctx, @Nullable Http2FrameStream stream) throws Http2Exception {
		// The stream's channel flushes this with what it has written
		this.serverConnection.credit().giveBackIfScarce();
		this.smallFrames.onWindowUpdate(ctx, stream);
	}

	@Override
	public void channelInactive(ChannelHandlerContext ctx) {
		this.connections.remove(this);
		if (this.traffic != null) {
			this.traffic.closed();
		}
		this.serverConnection.sessions().stopHeartbeat();
		this.pendingStreams.release();
		this.smallFrames.release();
		ctx.fireChannelInactive();
	}

	@Override
	public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
		if (cause instanceof IOException) {
			// The peer is gone, and every channel tells its session
			logger.debug("Connection " + ctx.channel() + " lost: " + cause);
			ctx.close();
		}
		else if (cause instanceof Http2FrameStreamException streamException) {
			// Hidden from Reactor Netty's handlers, which log it as a server error
			logger.debug("Stream of " + ctx.channel() + " broke the protocol: " + cause.getMessage());
			reset(ctx, streamException.stream(), streamException.error());
		}
		else if (cause instanceof Http2Exception) {
			// The codec closes the connection, and tells the peer why
			logger.debug("Connection " + ctx.channel() + " broke the protocol: " + cause);
		}
		else {
			ctx.fireExceptionCaught(cause);
		}
	}

	private static int streamId(@Nullable Http2FrameStream stream) {
		return (stream != null) ? stream.id() : 0;
	}

}
