package io.github.websockethttp2.server.http2;

import io.github.websockethttp2.session.SessionBudget;
import io.github.websockethttp2.session.SessionPermit;
import io.github.websockethttp2.transport.Heartbeat;
import io.github.websockethttp2.transport.HeartbeatSettings;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of one HTTP/2 connection. While there are any, the connection has a
 * heartbeat and no idle timeout. All methods except {@link #budget()} run on the
 * connection's event loop.
 */
final class ConnectionSessions {

	private final Http2Connection connection;

	private final Http2Connection.PropertyKey permitKey;

	private final SessionBudget budget;

	private final IdleTimeout idle;

	private final HeartbeatSettings heartbeatSettings;

	private final Heartbeat.Peer peer;

	private @Nullable Heartbeat heartbeat;

	private int open;

	/** How many streams have, or had, a session and are not closed. */
	private int streams;

	ConnectionSessions(Http2Connection connection, SessionBudget budget, IdleTimeout idle,
			HeartbeatSettings heartbeatSettings, Heartbeat.Peer peer) {
		this.connection = connection;
		this.permitKey = connection.newKey();
		this.budget = budget;
		this.idle = idle;
		this.heartbeatSettings = heartbeatSettings;
		this.peer = peer;
	}

	SessionBudget budget() {
		return this.budget;
	}

	/**
	 * Returns how many sessions are open.
	 */
	int count() {
		return this.open;
	}

	/**
	 * A session has begun on a stream.
	 * @param ctx the connection handler's context
	 * @param streamId the stream
	 * @param permit its place in the budgets, released when the stream closes: the
	 * session learns of that only after the next request has been read
	 */
	void opened(ChannelHandlerContext ctx, int streamId, SessionPermit permit) {
		Http2Stream stream = this.connection.stream(streamId);
		if (stream != null) {
			stream.setProperty(this.permitKey, permit);
			this.streams++;
		}
		if (this.open++ == 0) {
			// Boot's idle timeout would close the connection beneath the session
			this.idle.suspend(ctx.pipeline());
			if (this.heartbeat == null) {
				this.heartbeat = new Heartbeat(ctx.executor(), this.heartbeatSettings, this.peer);
			}
			this.heartbeat.start();
		}
	}

	/**
	 * A session has ended.
	 */
	void ended(ChannelHandlerContext ctx) {
		if (--this.open == 0) {
			stopHeartbeat();
			this.idle.resume(ctx.pipeline());
		}
	}

	/**
	 * Returns whether a stream has a session. Needs no look-up if all streams have one.
	 */
	boolean isOn(Http2FrameStream frameStream) {
		if (this.streams == this.connection.numActiveStreams()) {
			return true;
		}
		Http2Stream stream = this.connection.stream(frameStream.id());
		return stream != null && stream.getProperty(this.permitKey) != null;
	}

	void onStreamClosed(Http2Stream stream) {
		SessionPermit permit = stream.getProperty(this.permitKey);
		if (permit != null) {
			this.streams--;
			permit.release();
		}
	}

	/**
	 * Stops the heartbeat: the connection is gone, or has no session.
	 */
	void stopHeartbeat() {
		if (this.heartbeat != null) {
			this.heartbeat.stop();
		}
	}

}
