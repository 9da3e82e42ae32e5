package io.github.websockethttp2.server.http2;

import io.github.websockethttp2.session.ServerTraffic;
import io.github.websockethttp2.session.ServerTraffic.Direction;
import io.github.websockethttp2.transport.Heartbeat;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/**
 * Counts what a connection does. There is none if nobody wants to know. Confined to the
 * connection's event loop.
 */
final class ConnectionTraffic extends Http2ConnectionAdapter {

	/**
	 * Any error code that is not in RFC 9113, section 7, as a client may make them up.
	 */
	private static final String UNKNOWN = "UNKNOWN";

	private final Http2Connection connection;

	private final ServerTraffic traffic;

	private ConnectionTraffic(Http2Connection connection, ServerTraffic traffic) {
		this.connection = connection;
		this.traffic = traffic;
	}

	/**
	 * Returns what counts on a new connection.
	 * @param connection the connection
	 * @param traffic counts for all connections, or {@code null} if nobody wants to know
	 */
	static @Nullable ConnectionTraffic of(Http2Connection connection, @Nullable ServerTraffic traffic) {
		return (traffic != null) ? new ConnectionTraffic(connection, traffic) : null;
	}

	void opened() {
		this.connection.addListener(this);
		this.traffic.connectionOpened();
	}

	void closed() {
		this.traffic.connectionClosed();
	}

	/**
	 * A session has opened.
	 * @param sessions how many there are now
	 */
	void sessionOpened(int sessions) {
		this.traffic.sessionOpened(sessions, this.connection.numActiveStreams());
	}

	void resetReceived(long errorCode) {
		this.traffic.reset(Direction.RECEIVED, name(errorCode));
	}

	/**
	 * A stream is being reset. A second reset of the same stream is not sent.
	 */
	void resetting(int streamId, long errorCode) {
		Http2Stream stream = this.connection.stream(streamId);
		if (stream == null || !stream.isResetSent()) {
			this.traffic.reset(Direction.SENT, name(errorCode));
		}
	}

	@Override
	public void onGoAwaySent(int lastStreamId, long errorCode, ByteBuf debugData) {
		this.traffic.goAway(Direction.SENT, name(errorCode));
	}

	@Override
	public void onGoAwayReceived(int lastStreamId, long errorCode, ByteBuf debugData) {
		this.traffic.goAway(Direction.RECEIVED, name(errorCode));
	}

	/**
	 * Counts a peer that is given up.
	 */
	Heartbeat.Peer counted(Heartbeat.Peer peer) {
		return new Heartbeat.Peer() {

			@Override
			public void ping() {
				peer.ping();
			}

			@Override
			public void listen() {
				peer.listen();
			}

			@Override
			public boolean hasBeenHeard() {
				return peer.hasBeenHeard();
			}

			@Override
			public void abort() {
				ConnectionTraffic.this.traffic.heartbeatLost();
				peer.abort();
			}

		};
	}

	private static String name(long errorCode) {
		Http2Error error = Http2Error.valueOf(errorCode);
		return (error != null) ? error.name() : UNKNOWN;
	}

}
