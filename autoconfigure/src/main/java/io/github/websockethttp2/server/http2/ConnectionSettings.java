package io.github.websockethttp2.server.http2;

import java.time.Duration;

import io.github.websockethttp2.transport.HeartbeatSettings;
import org.jspecify.annotations.Nullable;

/**
 * What an HTTP/2 connection of the server is held to.
 *
 * @param windowSize the window of a connection in bytes, or {@code null} for one that
 * follows from its streams
 * @param maxSessions sessions that a connection may have at a time, or {@code null} for
 * nine tenths of its streams
 * @param closeTimeout how long a stream whose server side has ended waits for the peer's
 * END_STREAM
 * @param heartbeat how often the peer is pinged
 */
public record ConnectionSettings(@Nullable Integer windowSize, @Nullable Integer maxSessions, Duration closeTimeout,
		HeartbeatSettings heartbeat) {

	/**
	 * Returns how many sessions a connection may have at a time.
	 * @param streams how many streams it may have
	 * @return the number, at least one
	 */
	public int maxSessions(long streams) {
		long sessions = (this.maxSessions != null) ? this.maxSessions
				: Math.max(1, streams - Math.max(1, streams / 10));
		return (int) Math.min(Integer.MAX_VALUE, sessions);
	}

}
