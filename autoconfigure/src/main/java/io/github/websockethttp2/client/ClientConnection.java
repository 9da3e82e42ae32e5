package io.github.websockethttp2.client;

import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

import io.github.websockethttp2.session.SessionPermit;
import io.github.websockethttp2.session.WebSocketTransport;
import io.github.websockethttp2.transport.ConnectionId;
import io.github.websockethttp2.transport.ConnectionPeer;
import io.github.websockethttp2.transport.ConnectionWindow;
import io.github.websockethttp2.transport.Heartbeat;
import io.github.websockethttp2.transport.InboundCredit;
import io.github.websockethttp2.transport.InboundWindows;
import io.github.websockethttp2.transport.SessionConnection;
import io.github.websockethttp2.transport.SessionStreams;
import io.github.websockethttp2.transport.StreamConnection;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2FrameStreamException;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.handler.ssl.SslHandler;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.netty.channel.AbortedException;

/**
 * An HTTP/2 connection of the client, between the codec and the multiplexer. Its methods
 * run on its event loop, but for {@link #open(ChannelHandler, Consumer)} and
 * {@link #close()}.
 */
final class ClientConnection extends ChannelInboundHandlerAdapter implements StreamConnection, SessionConnection {

	private static final Log logger = LogFactory.getLog(ClientConnection.class);

	/** RFC 8441, section 3. */
	private static final char ENABLE_CONNECT_PROTOCOL = 0x8;

	private final Channel channel;

	private final Http2FrameCodec codec;

	private final Http2Connection connection;

	private final ClientSettings settings;

	private final ClientConnectionListener<ClientConnection> listener;

	private final InboundWindows windows;

	private final InboundCredit credit;

	private final ConnectionPeer peer;

	private final Heartbeat heartbeat;

	private final ConnectionAge age;

	private final String id = ConnectionId.next();

	private @Nullable ChannelHandlerContext ctx;

	private @Nullable SessionStreams streams;

	private @Nullable Future<?> settling;

	private boolean settled;

	private int sessions;

	private @Nullable Throwable failure;

	ClientConnection(Channel channel, Http2FrameCodec codec, ClientSettings settings,
			ClientConnectionListener<ClientConnection> listener) {
		this.channel = channel;
		this.codec = codec;
		this.connection = codec.connection();
		this.settings = settings;
		this.listener = listener;
		this.age = new ConnectionAge(channel.eventLoop(), this.connection, settings);
		this.credit = new InboundCredit(this.connection);
		this.windows = new InboundWindows(this.connection, this.credit,
				ConnectionWindow.of(null, ClientSettings.STREAM_WINDOW_SIZE, 1).pool(), this::context);
		this.peer = new ConnectionPeer(this::context);
		this.heartbeat = new Heartbeat(channel.eventLoop(), settings.heartbeat(), this.peer);
	}

	@Override
	public void handlerAdded(ChannelHandlerContext ctx) throws Http2Exception {
		this.ctx = ctx;
		this.streams = SessionStreams.install(this.codec, ctx.pipeline());
		this.streams.onHeard(this.peer::heard);
		this.settling = ctx.executor().schedule(() -> {
			this.failure = new TimeoutException("The server has not sent its SETTINGS in time");
			ctx.close();
		}, this.settings.handshakeTimeout().toNanos(), TimeUnit.NANOSECONDS);
	}

	/**
	 * Opens a stream, from any thread.
	 * @param handler the stream's handler, which sends the request
	 * @param onFailure is told why there is no stream
	 */
	void open(ChannelHandler handler, Consumer<Throwable> onFailure) {
		new Http2StreamChannelBootstrap(this.channel).handler(handler).open().addListener((opened) -> {
			if (!opened.isSuccess()) {
				onFailure.accept(opened.cause());
			}
		});
	}

	@Override
	public void channelRead(ChannelHandlerContext ctx, Object message) throws Http2Exception {
		this.peer.heard();
		if (message instanceof Http2SettingsFrame frame) {
			onSettings(frame);
		}
		else if (message instanceof Http2GoAwayFrame) {
			this.listener.draining(this);
		}
		ctx.fireChannelRead(message);
	}

	/**
	 * Only the first SETTINGS can grant what RFC 8441 asks for.
	 */
	private void onSettings(Http2SettingsFrame frame) throws Http2Exception {
		int limit = Math.min(this.connection.local().maxActiveStreams(), this.settings.maxSocketsPerConnection());
		// Room for all of them, so that those which are not read hold up no others
		this.credit.begin(ConnectionWindow.of(null, ClientSettings.STREAM_WINDOW_SIZE, Math.max(1, limit)).size());
		if (this.settled) {
			this.listener.limit(this, limit);
			return;
		}
		this.settled = true;
		stopSettling();
		Long offered = frame.settings().get(ENABLE_CONNECT_PROTOCOL);
		if (offered != null && offered == 1) {
			this.heartbeat.start();
			this.listener.ready(this, limit);
			this.age.begin(() -> this.listener.draining(this));
		}
		else {
			this.listener.unfit(FallbackCause.SETTING);
			close();
		}
	}

	private void stopSettling() {
		if (this.settling != null) {
			this.settling.cancel(false);
		}
	}

	@Override
	public void channelInactive(ChannelHandlerContext ctx) {
		this.heartbeat.stop();
		stopSettling();
		this.age.stop();
		if (this.settled) {
			this.listener.closed(this);
		}
		else if (this.failure instanceof Http2Exception && ctx.pipeline().get(SslHandler.class) == null) {
			this.listener.unfit(FallbackCause.NOT_HTTP_2);
		}
		else {
			this.listener.failed((this.failure != null) ? this.failure
					: new AbortedException("The server has closed the connection before its SETTINGS"));
		}
		this.settled = true;
		ctx.fireChannelInactive();
	}

	@Override
	public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
		logger.debug("Connection " + ctx.channel() + " failed: " + cause);
		if (cause instanceof Http2FrameStreamException streamException) {
			// One stream's fault is no other's
			ctx.writeAndFlush(new DefaultHttp2ResetFrame(streamException.error()).stream(streamException.stream()));
			return;
		}
		this.failure = cause;
		if (this.settled) {
			this.listener.draining(this);
		}
		if (!(cause instanceof Http2Exception)) {
			ctx.close();
		}
	}

	/**
	 * Has the connection looked at when it has been idle for a time, from any thread. A
	 * time that is running already begins anew.
	 * @param task looks whether it can be closed
	 */
	void retireLater(Runnable task) {
		this.channel.eventLoop().execute(() -> this.age.idle(task));
	}

	/**
	 * Closes the connection, which has no sockets, from any thread.
	 */
	void close() {
		this.channel.eventLoop().execute(() -> {
			context().writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR));
			context().close();
		});
	}

	EventLoop eventLoop() {
		return this.channel.eventLoop();
	}

	WebSocketTransport transport(int streamId) {
		return new WebSocketTransport(WebSocketTransport.Protocol.HTTP_2, this.id, streamId);
	}

	/**
	 * Returns whether there are sockets besides one that is being opened.
	 */
	boolean hasSessions() {
		return this.sessions > 0;
	}

	// Streams

	@Override
	public InboundWindows windows() {
		return this.windows;
	}

	@Override
	public void accepted(Http2FrameStream stream, Consumer<Http2DataFrame> sink) {
		// Nothing is read ahead of the session
	}

	@Override
	public void outputEnded(Http2FrameStream stream) {
		this.channel.eventLoop().schedule(() -> {
			if (this.connection.stream(stream.id()) != null) {
				reset(stream);
			}
		}, this.settings.closeTimeout().toNanos(), TimeUnit.NANOSECONDS);
	}

	/**
	 * A stream is not wanted any more.
	 */
	void reset(Http2FrameStream stream) {
		context().writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.CANCEL).stream(stream));
	}

	@Override
	public SessionStreams streams() {
		return Objects.requireNonNull(this.streams, "Not in a pipeline");
	}

	// Sessions

	@Override
	public void sessionOpened(int streamId, SessionPermit permit) {
		this.sessions++;
	}

	@Override
	public void sessionEnded() {
		this.sessions--;
	}

	private ChannelHandlerContext context() {
		ChannelHandlerContext ctx = this.ctx;
		if (ctx == null) {
			throw new IllegalStateException("Not in a pipeline");
		}
		return ctx;
	}

}
