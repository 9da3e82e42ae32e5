package io.github.websockethttp2.stream;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.github.websockethttp2.session.SessionBudget;
import io.github.websockethttp2.session.SessionPermit;
import io.github.websockethttp2.session.WebSocketTransport;
import io.netty.buffer.Unpooled;
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
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2FrameStreamException;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2LocalFlowController;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
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
 * <li>a stream whose server side has ended is reset if the peer does not end its side
 * within the close timeout, so that its slot comes back, and sooner when few are
 * left</li>
 * </ul>
 * All methods run on the connection's event loop.
 */
final class Http2ConnectionHandler extends ChannelDuplexHandler implements Heartbeat.Peer {

	private static final Log logger = LogFactory.getLog(Http2ConnectionHandler.class);

	/** How long an ended stream waits for its peer's end when slots are scarce. */
	private static final Duration CROWDED_TIMEOUT = Duration.ofMillis(250);

	private final Http2Connection connection;

	private final Http2Connection.PropertyKey permitKey;

	private final Http2Connections connections;

	private final StreamSettings settings;

	/** Only the streams whose handshake is undecided, or whose end is near. */
	private final IntObjectMap<PendingStream> pendingStreams = new IntObjectHashMap<>(4);

	private final String connectionId = ConnectionId.next();

	private final WindowPool windowPool;

	private final SessionBudget budget;

	private int sessions;

	private boolean heard;

	private boolean makingRoom;

	private @Nullable Heartbeat heartbeat;

	private final ConnectionWindow window;

	private final IdleTimeout idle;

	private @Nullable ChannelHandlerContext ctx;

	Http2ConnectionHandler(Http2Connection connection, Http2Connections connections, StreamSettings settings,
			ConnectionWindow window, IdleTimeout idle) {
		this.window = window;
		this.connections = connections;
		this.connection = connection;
		this.permitKey = connection.newKey();
		this.settings = settings;
		this.idle = idle;
		this.windowPool = new WindowPool(connection, window.pool());
		this.budget = new SessionBudget(settings.maxSessionsPerConnection());
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
		growConnectionWindow();
		this.connections.add(this);
	}

	private void growConnectionWindow() throws Http2Exception {
		Http2LocalFlowController flowController = this.connection.local().flowController();
		Http2Stream connectionStream = this.connection.connectionStream();
		int delta = this.window.size() - flowController.initialWindowSize(connectionStream);
		if (delta > 0) {
			flowController.incrementWindowSize(connectionStream, delta);
		}
	}

	/**
	 * Returns the window that a new stream has for receiving.
	 * @return the size in bytes
	 */
	int initialWindowSize() {
		return this.connection.local().flowController().initialWindowSize();
	}

	/**
	 * Tells whether a stream has sent a WebSocket handshake that is not decided yet.
	 * @param streamId the stream
	 * @return whether it waits for an answer
	 */
	boolean isHandshake(int streamId) {
		PendingStream pending = this.pendingStreams.get(streamId);
		return (pending != null && !pending.isDropped());
	}

	SessionBudget budget() {
		return this.budget;
	}

	/**
	 * A session has begun on one of the streams.
	 * @param streamId the stream
	 * @param permit its place in the budgets, which is free when the stream is closed:
	 * the session learns of that later than the next request is read
	 */
	void sessionOpened(int streamId, SessionPermit permit) {
		Http2Stream stream = this.connection.stream(streamId);
		if (stream != null) {
			stream.setProperty(this.permitKey, permit);
		}
		if (this.sessions++ == 0) {
			// Boot's idle timeout would close the connection under the session
			this.idle.suspend(context().pipeline());
			heartbeat().start();
		}
	}

	boolean hasSession(Http2Stream stream) {
		return stream.getProperty(this.permitKey) != null;
	}

	/**
	 * A session has ended.
	 */
	void sessionClosed() {
		if (--this.sessions == 0) {
			heartbeat().stop();
			this.idle.resume(context().pipeline());
		}
	}

	private Heartbeat heartbeat() {
		if (this.heartbeat == null) {
			this.heartbeat = new Heartbeat(context().executor(), this.settings.heartbeat(), this);
		}
		return this.heartbeat;
	}

	@Override
	public void ping() {
		context().writeAndFlush(new DefaultHttp2PingFrame(0));
	}

	@Override
	public boolean hasBeenHeard() {
		boolean heard = this.heard;
		this.heard = false;
		return heard;
	}

	@Override
	public void lost() {
		logger.debug("Nothing heard from the peer of " + context().channel());
		Http1Transport.cut(context().channel());
	}

	/**
	 * Tells the peer to open no more streams (RFC 9113, section 6.8).
	 */
	void goAway() {
		context().writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR));
	}

	WindowPool windowPool() {
		return this.windowPool;
	}

	WebSocketTransport transport(int streamId) {
		return new WebSocketTransport(WebSocketTransport.Protocol.HTTP_2, this.connectionId, streamId);
	}

	/**
	 * The session is there: gives it the DATA that has come in the meantime.
	 * @param streamId the stream of the session
	 */
	void accepted(int streamId) {
		PendingStream pending = this.pendingStreams.remove(streamId);
		if (pending != null) {
			pending.forward(context());
		}
	}

	/**
	 * The server's side of a stream has ended: gives the peer the close timeout to end
	 * its own, and drops what it still sends.
	 * @param frameStream the stream
	 */
	void ended(Http2FrameStream frameStream) {
		Http2Stream stream = this.connection.stream(frameStream.id());
		if (stream == null || stream.state() == Http2Stream.State.CLOSED) {
			return;
		}
		PendingStream pending = this.pendingStreams.computeIfAbsent(frameStream.id(),
				(id) -> new PendingStream(frameStream));
		pending.drop(context());
		pending.onTimeout(context().executor(), this.settings.closeTimeout(), () -> onTimeout(frameStream, stream));
		makeRoom();
	}

	private void onTimeout(Http2FrameStream frameStream, Http2Stream stream) {
		// RFC 9113, section 8.1: the answer is complete, the rest is not wanted; or the
		// peer has not let it out
		boolean complete = !stream.state().localSideOpen();
		reset(frameStream, (complete) ? Http2Error.NO_ERROR : Http2Error.CANCEL);
	}

	/**
	 * Some peers never end their side, nghttpx and Chrome among them, and open no stream
	 * while all slots are taken. When few are free, ended streams wait no longer than it
	 * takes a proxy to pass a Close frame on.
	 */
	private void makeRoom() {
		if (this.makingRoom || !isCrowded()) {
			return;
		}
		List<Http2FrameStream> waiting = this.pendingStreams.values()
			.stream()
			.map(PendingStream::stream)
			.filter(this::waitsForPeer)
			.toList();
		if (!waiting.isEmpty()) {
			this.makingRoom = true;
			context().executor().schedule(() -> {
				this.makingRoom = false;
				waiting.stream().filter(this::waitsForPeer).forEach((stream) -> reset(stream, Http2Error.NO_ERROR));
				makeRoom();
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

	private void onStreamClosed(Http2Stream stream) {
		PendingStream pending = this.pendingStreams.remove(stream.id());
		if (pending != null) {
			pending.discard();
		}
		SessionPermit permit = stream.getProperty(this.permitKey);
		if (permit != null) {
			permit.release();
		}
	}

	@Override
	public void channelRead(ChannelHandlerContext ctx, Object message) {
		this.heard = true;
		if (message instanceof Http2DataFrame data) {
			onData(ctx, data);
		}
		else if (message instanceof Http2HeadersFrame headers && isRequest(headers)) {
			onRequest(ctx, headers);
		}
		else if (message instanceof Http2HeadersFrame trailers && isPending(trailers)) {
			onTrailers(ctx, trailers);
		}
		else {
			ctx.fireChannelRead(message);
		}
	}

	private void onData(ChannelHandlerContext ctx, Http2DataFrame data) {
		PendingStream pending = (!this.pendingStreams.isEmpty()) ? this.pendingStreams.get(streamId(data.stream()))
				: null;
		if (pending == null) {
			ctx.fireChannelRead(data);
		}
		else {
			pending.hold(ctx, data);
		}
	}

	private boolean isPending(Http2HeadersFrame frame) {
		return this.pendingStreams.containsKey(streamId(frame.stream()));
	}

	/**
	 * What they say is of no use to a WebSocket, but that they end the stream.
	 */
	private void onTrailers(ChannelHandlerContext ctx, Http2HeadersFrame trailers) {
		PendingStream pending = this.pendingStreams.get(streamId(trailers.stream()));
		if (pending != null && trailers.isEndStream()) {
			pending.hold(ctx, new DefaultHttp2DataFrame(Unpooled.EMPTY_BUFFER, true).stream(trailers.stream()));
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
		if (RequestFields.isMalformed(headers)) {
			reset(frame.stream(), Http2Error.PROTOCOL_ERROR);
		}
		else if (!RequestFields.isConnect(headers)) {
			ctx.fireChannelRead(frame);
		}
		else if (!RequestFields.isWebSocket(headers)) {
			refuse(ctx, frame, "501");
		}
		else if (frame.isEndStream()) {
			refuse(ctx, frame, "400");
		}
		else {
			this.pendingStreams.put(streamId(frame.stream()), new PendingStream(frame.stream()));
			ctx.fireChannelRead(frame);
			makeRoom();
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
	public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
		ctx.write(message, promise);
		if (!this.pendingStreams.isEmpty()) {
			if (message instanceof Http2HeadersFrame headers) {
				onResponse(ctx, headers);
			}
			else if (message instanceof Http2DataFrame data && data.isEndStream()) {
				onEndStream(data.stream());
			}
		}
	}

	private void onResponse(ChannelHandlerContext ctx, Http2HeadersFrame response) {
		int streamId = streamId(response.stream());
		PendingStream pending = this.pendingStreams.get(streamId);
		CharSequence status = response.headers().status();
		if (pending == null || status == null || status.charAt(0) == '1') {
			return;
		}
		if (response.isEndStream()) {
			onEndStream(response.stream());
		}
		else if (status.charAt(0) != '2') {
			pending.drop(ctx);
		}
		else {
			// Accepted by an upgrade strategy that is not ours, which is ready to read
			// once its own listeners of this write have run
			ctx.executor().execute(() -> accepted(streamId));
		}
	}

	private void onEndStream(@Nullable Http2FrameStream stream) {
		if (stream != null && this.pendingStreams.containsKey(stream.id())) {
			ended(stream);
		}
	}

	@Override
	public void channelInactive(ChannelHandlerContext ctx) {
		this.connections.remove(this);
		heartbeat().stop();
		this.pendingStreams.values().forEach(PendingStream::discard);
		this.pendingStreams.clear();
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
