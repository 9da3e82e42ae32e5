package io.github.websockethttp2.stream;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * What the connections and streams of a server are held to.
 *
 * @param connectionWindowSize the window of a connection in bytes, or {@code null} for
 * one that follows from its streams
 * @param maxSessionsPerConnection sessions that an HTTP/2 connection may have at a time
 * @param maxMessageSize bytes of a message, of all its fragments together and after
 * decompression; more is answered with close code 1009
 * @param closeTimeout how long a closing session waits for the peer's Close frame, and
 * after that for the peer's END_STREAM
 * @param compression whether compression is agreed to where a client offers it
 * @param heartbeat how often peers are pinged
 */
public record StreamSettings(@Nullable Integer connectionWindowSize, int maxSessionsPerConnection, int maxMessageSize,
		Duration closeTimeout, boolean compression, HeartbeatSettings heartbeat) {

}
