package io.github.websockethttp2.server.http2;

import java.time.Duration;

import io.github.websockethttp2.transport.HeartbeatSettings;
import org.jspecify.annotations.Nullable;

/**
 * The settings of the server's HTTP/2 connections.
 *
 * @param windowSize the receive window of a connection in bytes, or {@code null} to
 * derive it from the streams
 * @param maxSessions the maximum number of sessions per connection, or {@code null} for
 * nine tenths of the streams
 * @param closeTimeout how long a stream whose output has ended waits for the peer's
 * END_STREAM
 * @param heartbeat how often the peer is pinged
 */
public record ConnectionSettings(@Nullable Integer windowSize, @Nullable Integer maxSessions, Duration closeTimeout,
		HeartbeatSettings heartbeat) {

	/**
	 * Returns the maximum number of sessions per connection.
	 * @param streams the maximum number of streams
	 * @return the number, at least one
	 */
	public int maxSessions(long streams) {
		long sessions = (this.maxSessions != null) ? this.maxSessions
				: Math.max(1, streams - Math.max(1, streams / 10));
		return (int) Math.min(Integer.MAX_VALUE, sessions);
	}

}
