package io.github.websockethttp2.stream;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * What the connections and streams of a server are held to.
 *
 * @param connectionWindowSize the window of a connection in bytes, or {@code null} for
 * one that follows from its streams
 * @param maxSessionsPerConnection sessions that an HTTP/2 connection may have at a time,
 * or {@code null} for nine tenths of its streams
 * @param maxMessageSize bytes of a message, of all its fragments together and after
 * decompression; more is answered with close code 1009
 * @param closeTimeout how long a closing session waits for the peer's Close frame, and
 * after that for the peer's END_STREAM
 * @param compression whether compression is agreed to where a client offers it
 * @param heartbeat how often peers are pinged
 */
public record StreamSettings(@Nullable Integer connectionWindowSize, @Nullable Integer maxSessionsPerConnection,
		int maxMessageSize, Duration closeTimeout, boolean compression, HeartbeatSettings heartbeat) {

	/**
	 * Returns how many sessions a connection may have at a time.
	 * @param streams how many streams it may have
	 * @return the number, at least one
	 */
	public int maxSessions(long streams) {
		long sessions = (this.maxSessionsPerConnection != null) ? this.maxSessionsPerConnection
				: Math.max(1, streams - Math.max(1, streams / 10));
		return (int) Math.min(Integer.MAX_VALUE, sessions);
	}

}
