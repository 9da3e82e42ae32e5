package io.github.websockethttp2.server.http2;

import java.util.function.Consumer;

import io.github.websockethttp2.session.SessionBudget;
import io.github.websockethttp2.session.SessionPermit;
import io.github.websockethttp2.session.WebSocketTransport;
import io.github.websockethttp2.transport.ConnectionId;
import io.github.websockethttp2.transport.ConnectionPeer;
import io.github.websockethttp2.transport.ConnectionWindow;
import io.github.websockethttp2.transport.InboundCredit;
import io.github.websockethttp2.transport.InboundWindows;
import io.github.websockethttp2.transport.SessionConnection;
import io.github.websockethttp2.transport.SessionStreams;
import io.github.websockethttp2.transport.StreamConnection;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.AttributeKey;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/2 connection as its handshakes, streams and sessions see it. All methods except
 * {@link #budget()} and {@link #id()} run on the connection's event loop.
 */
public final class Http2ServerConnection implements StreamConnection, SessionConnection {

	private static final AttributeKey<Http2ServerConnection> KEY = AttributeKey
		.valueOf(Http2ServerConnection.class.getName());

	private final SessionStreams streams;

	private final ConnectionWindow window;

	private final PendingStreams pendingStreams;

	private final ForeignStreams foreignStreams;

	private final InboundWindows windows;

	private final InboundCredit credit;

	private final ConnectionPeer peer;

	private final ConnectionSessions sessions;

	private final @Nullable ConnectionTraffic traffic;

	private final String id = ConnectionId.next();

	private @Nullable ChannelHandlerContext ctx;

	Http2ServerConnection(Http2Connection connection, SessionStreams streams, ConnectionTerms terms,
			@Nullable ConnectionTraffic traffic) {
		this.streams = streams;
		this.traffic = traffic;
		this.window = terms.window();
		this.pendingStreams = new PendingStreams(connection, terms.settings().closeTimeout());
		this.foreignStreams = new ForeignStreams(connection);
		this.credit = new InboundCredit(connection);
		this.windows = new InboundWindows(connection, this.credit, terms.window().pool(), this::context);
		this.peer = new ConnectionPeer(this::context);
		this.sessions = new ConnectionSessions(connection, new SessionBudget(terms.maxSessions()), terms.idle(),
				terms.settings().heartbeat(), (traffic != null) ? traffic.counted(this.peer) : this.peer);
	}

	/**
	 * Returns the connection that a stream belongs to.
	 * @param channel the channel of a stream, or any other
	 * @return the connection, or {@code null} if the channel is not an HTTP/2 stream
	 */
	public static @Nullable Http2ServerConnection of(Channel channel) {
		return (channel instanceof Http2StreamChannel) ? channel.parent().attr(KEY).get() : null;
	}

	/**
	 * Grants the peer the connection's window.
	 */
	void begin(ChannelHandlerContext ctx) throws Http2Exception {
		this.ctx = ctx;
		ctx.channel().attr(KEY).set(this);
		this.credit.begin(this.window.size());
		this.streams.onHeard(this.peer::heard);
	}

	// Handshakes

	/**
	 * Returns whether a stream has sent a WebSocket handshake that is not decided yet.
	 * @param streamId the stream
	 * @return whether it waits for an answer
	 */
	public boolean isHandshake(int streamId) {
		return this.pendingStreams.isHandshake(streamId);
	}

	/**
	 * Returns the budget of the connection's sessions. May be called from any thread.
	 * @return the budget
	 */
	public SessionBudget budget() {
		return this.sessions.budget();
	}

	/**
	 * Returns the id of the connection. May be called from any thread.
	 */
	String id() {
		return this.id;
	}

	/**
	 * Returns the transport of a session, as the application sees it.
	 * @param streamId the session's stream
	 * @return the transport
	 */
	public WebSocketTransport transport(int streamId) {
		return new WebSocketTransport(WebSocketTransport.Protocol.HTTP_2, this.id, streamId);
	}

	// Streams

	@Override
	public InboundWindows windows() {
		return this.windows;
	}

	@Override
	public void accepted(Http2FrameStream stream, Consumer<Http2DataFrame> sink) {
		this.pendingStreams.accepted(context(), stream.id(), sink);
	}

	@Override
	public void outputEnded(Http2FrameStream stream) {
		this.pendingStreams.outputEnded(context(), stream);
	}

	@Override
	public SessionStreams streams() {
		return this.streams;
	}

	// Sessions

	@Override
	public void sessionOpened(int streamId, SessionPermit permit) {
		this.sessions.opened(context(), streamId, permit);
		if (this.traffic != null) {
			this.traffic.sessionOpened(this.sessions.count());
		}
	}

	@Override
	public void sessionEnded() {
		this.sessions.ended(context());
	}

	// The connection's own frames

	PendingStreams pendingStreams() {
		return this.pendingStreams;
	}

	/**
	 * Returns the streams whose WebSocket is not one of our sessions.
	 * @return the streams
	 */
	public ForeignStreams foreignStreams() {
		return this.foreignStreams;
	}

	InboundCredit credit() {
		return this.credit;
	}

	ConnectionPeer peer() {
		return this.peer;
	}

	ConnectionSessions sessions() {
		return this.sessions;
	}

	private ChannelHandlerContext context() {
		ChannelHandlerContext ctx = this.ctx;
		if (ctx == null) {
			throw new IllegalStateException("Not in a pipeline");
		}
		return ctx;
	}

}
