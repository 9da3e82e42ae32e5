package io.github.websockethttp2.stream;

import java.io.IOException;

import io.github.websockethttp2.session.SessionBudget;
import io.github.websockethttp2.session.SessionPermit;
import io.github.websockethttp2.session.WebSocketTransport;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2PingFrame;
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
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.Http2StreamChannel;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The WebSocket side of one HTTP/2 connection. It sits between the frame codec and the
 * multiplexer, where requests are still what the client sent:
 * <ul>
 * <li>requests that are malformed, or that ask for a tunnel which this server does not
 * offer, end here (RFC 9113, sections 8.1.1, 8.3 and 8.5; RFC 8441, section 4)</li>
 * <li>DATA that comes before the handshake has been decided is kept, in order, until the
 * session is there to read it</li>
 * </ul>
 * All methods run on the connection's event loop.
 */
final class Http2ConnectionHandler extends ChannelDuplexHandler
		implements StreamConnection, SessionConnection, Heartbeat.Peer {

	private static final Log logger = LogFactory.getLog(Http2ConnectionHandler.class);

	private final Http2Connection connection;

	private final Http2Connections connections;

	private final PendingStreams pendingStreams;

	private final SmallFrames smallFrames;

	private final String connectionId = ConnectionId.next();

	private final HeaderListLimit headerListLimit;

	private final WindowPool windowPool;

	private final InboundCredit credit;

	private final ConnectionSessions sessions;

	private final ConnectionWindow window;

	/** Set on streams with a WebSocket that is none of our sessions. */
	private final Http2Connection.PropertyKey foreignKey;

	private boolean heard;

	private @Nullable SocketProgress progress;

	private @Nullable ChannelHandlerContext ctx;

	Http2ConnectionHandler(Http2FrameCodec codec, Http2Connections connections, ConnectionSettings settings,
			ConnectionWindow window, SessionBudget budget, IdleTimeout idle) {
		this.window = window;
		this.connections = connections;
		this.connection = codec.connection();
		this.foreignKey = this.connection.newKey();
		this.headerListLimit = new HeaderListLimit(codec);
		this.pendingStreams = new PendingStreams(this.connection, settings.closeTimeout());
		this.smallFrames = new SmallFrames(this.connection);
		this.windowPool = new WindowPool(this.connection, window.pool());
		this.credit = new InboundCredit(this.connection);
		this.sessions = new ConnectionSessions(this.connection, budget, idle, settings.heartbeat(), this);
	}

	/**
	 * Returns the handler of the connection that a stream belongs to.
	 * @param channel a stream's channel, or any other
	 * @return the handler, or {@code null} if the channel is not an HTTP/2 stream
	 */
	static @Nullable Http2ConnectionHandler of(Channel channel) {
		return (channel instanceof Http2StreamChannel) ? channel.parent().pipeline().get(Http2ConnectionHandler.class)
				: null;
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
		this.credit.begin(this.window.size());
		SendingQuantum.apply(this.connection);
		this.connections.add(this);
	}

	@Override
	public int initialWindowSize() {
		return this.connection.local().flowController().initialWindowSize();
	}

	/**
	 * Tells whether a stream has sent a WebSocket handshake that is not decided yet.
	 * @param streamId the stream
	 * @return whether it waits for an answer
	 */
	boolean isHandshake(int streamId) {
		return this.pendingStreams.isHandshake(streamId);
	}

	SessionBudget budget() {
		return this.sessions.budget();
	}

	@Override
	public void sessionOpened(int streamId, SessionPermit permit) {
		this.sessions.opened(context(), streamId, permit);
	}

	@Override
	public void sessionClosed() {
		this.sessions.closed(context());
	}

	@Override
	public void ping() {
		progress().pinged();
		context().writeAndFlush(new DefaultHttp2PingFrame(0));
	}

	@Override
	public void listen() {
		this.heard = false;
		progress().watch();
	}

	@Override
	public boolean hasBeenHeard() {
		return this.heard || progress().hasMoved();
	}

	private SocketProgress progress() {
		if (this.progress == null) {
			this.progress = new SocketProgress(context().channel());
		}
		return this.progress;
	}

	@Override
	public void lost() {
		logger.debug("Nothing heard from the peer of " + context().channel());
		Connections.abort(context().channel());
	}

	/**
	 * Tells the peer to open no more streams (RFC 9113, section 6.8).
	 */
	void goAway() {
		context().writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR));
	}

	@Override
	public WindowPool windowPool() {
		return this.windowPool;
	}

	@Override
	public boolean canSend(Http2FrameStream stream) {
		return this.credit.isLeft(stream.id());
	}

	@Override
	public void consumed(Http2FrameStream stream, int bytes) {
		this.credit.consumed(context(), stream.id(), bytes);
	}

	WebSocketTransport transport(int streamId) {
		return new WebSocketTransport(WebSocketTransport.Protocol.HTTP_2, this.connectionId, streamId);
	}

	@Override
	public void accepted(Http2FrameStream stream) {
		this.pendingStreams.accepted(context(), stream.id());
	}

	@Override
	public void ended(Http2FrameStream frameStream) {
		this.pendingStreams.ended(context(), frameStream);
	}

	/**
	 * Somebody else has accepted a handshake.
	 * @param frameStream its stream
	 */
	void foreignOpened(Http2FrameStream frameStream) {
		Http2Stream stream = this.connection.stream(frameStream.id());
		if (stream != null) {
			stream.setProperty(this.foreignKey, Boolean.TRUE);
		}
	}

	/**
	 * The peer has ended its side of a stream. Whoever reads a WebSocket that is not ours
	 * may not come to see it.
	 */
	private void onInputEnded(Http2FrameStream frameStream) {
		Http2Stream stream = this.connection.stream(frameStream.id());
		if (stream != null && stream.getProperty(this.foreignKey) != null) {
			ended(frameStream);
		}
	}

	private void onStreamClosed(Http2Stream stream) {
		this.pendingStreams.onStreamClosed(stream.id());
		this.smallFrames.onStreamClosed(stream.id());
		this.sessions.onStreamClosed(stream);
	}

	@Override
	public void channelRead(ChannelHandlerContext ctx, Object message) throws Http2Exception {
		this.heard = true;
		// The class that the codec makes, and first: a look for one of its interfaces
		// costs more than the rest of this method
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
			ctx.fireChannelRead(message);
		}
	}

	private void onData(ChannelHandlerContext ctx, DefaultHttp2DataFrame data) {
		Http2FrameStream stream = data.stream();
		if (!this.pendingStreams.isEmpty() && this.pendingStreams.onData(ctx, data)) {
			return;
		}
		if (stream == null || this.sessions.isOn(stream)) {
			// Sessions see to small frames themselves
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
			onRequest(ctx, headers);
		}
		else if (this.headerListLimit.isExceededBy(headers.headers())) {
			reset(headers.stream(), Http2Error.PROTOCOL_ERROR);
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
	 * Trailers end a stream that is open to the peer, while a request that has nothing
	 * behind it creates its stream half-closed, which Netty counts as trailers, too.
	 */
	private boolean isRequest(Http2HeadersFrame frame) {
		Http2Stream stream = this.connection.stream(streamId(frame.stream()));
		return stream != null
				&& (!stream.isTrailersReceived() || stream.state() == Http2Stream.State.HALF_CLOSED_REMOTE);
	}

	private void onRequest(ChannelHandlerContext ctx, Http2HeadersFrame frame) {
		Http2Headers headers = frame.headers();
		if (this.headerListLimit.isExceededBy(headers)) {
			refuse(ctx, frame, "431");
		}
		else if (RequestFields.isMalformed(headers)) {
			reset(frame.stream(), Http2Error.PROTOCOL_ERROR);
		}
		else if (!RequestFields.isConnect(headers)) {
			ctx.fireChannelRead(frame);
		}
		else if (!RequestFields.isWebSocket(headers) || !this.connections.isOffered()) {
			refuse(ctx, frame, "501");
		}
		else if (frame.isEndStream() || RequestFields.hasContent(headers)) {
			refuse(ctx, frame, "400");
		}
		else {
			this.pendingStreams.handshake(ctx, frame.stream());
			ctx.fireChannelRead(frame);
		}
	}

	private void refuse(ChannelHandlerContext ctx, Http2HeadersFrame request, String status) {
		if (logger.isDebugEnabled()) {
			logger.debug("Refused with " + status + ": " + request.headers());
		}
		Http2Headers headers = new DefaultHttp2Headers().status(status).setInt("content-length", 0);
		ctx.writeAndFlush(new DefaultHttp2HeadersFrame(headers, true).stream(request.stream()));
		if (!request.isEndStream()) {
			ended(request.stream());
		}
	}

	private void reset(Http2FrameStream stream, Http2Error error) {
		context().writeAndFlush(new DefaultHttp2ResetFrame(error).stream(stream));
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
	 * The handlers of a request have consumed some of its body.
	 */
	private void onConsumed(ChannelHandlerContext ctx, @Nullable Http2FrameStream stream) throws Http2Exception {
		// Flushed by the stream's channel, as what it has written
		this.credit.giveBackIfScarce();
		this.smallFrames.onWindowUpdate(ctx, stream);
	}

	@Override
	public void channelInactive(ChannelHandlerContext ctx) {
		this.connections.remove(this);
		this.sessions.stopHeartbeat();
		this.pendingStreams.discard();
		this.smallFrames.discard();
		ctx.fireChannelInactive();
	}

	@Override
	public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
		if (cause instanceof IOException) {
			// The peer is gone, which every session is told by its channel
			logger.debug("Connection " + ctx.channel() + " lost: " + cause);
			ctx.close();
		}
		else if (cause instanceof Http2FrameStreamException streamException) {
			// Past Reactor Netty's handlers, which log it as an error of the server
			logger.debug("Stream of " + ctx.channel() + " broke the protocol: " + cause.getMessage());
			reset(streamException.stream(), streamException.error());
		}
		else if (cause instanceof Http2Exception) {
			// The codec ends the connection, and says why to the peer
			logger.debug("Connection " + ctx.channel() + " broke the protocol: " + cause);
		}
		else {
			ctx.fireExceptionCaught(cause);
		}
	}

	private ChannelHandlerContext context() {
		ChannelHandlerContext ctx = this.ctx;
		if (ctx == null) {
			throw new IllegalStateException("Not in a pipeline");
		}
		return ctx;
	}

	private static int streamId(@Nullable Http2FrameStream stream) {
		return (stream != null) ? stream.id() : 0;
	}

}
