package io.github.websockethttp2.channel;

import java.time.Duration;

import io.github.websockethttp2.transport.HeartbeatSettings;

/**
 * The settings of a session.
 *
 * @param maxMessageSize the maximum size of a message in bytes, including all its
 * fragments and after decompression; a bigger one closes the session with status 1009
 * @param closeTimeout how long a closing session waits for the peer's Close frame, and
 * over HTTP/1.1 then for the peer to end its side of the connection
 * @param compression whether compression is accepted if a client offers it
 * @param heartbeat how often the peer is pinged
 */
public record SessionSettings(int maxMessageSize, Duration closeTimeout, boolean compression,
		HeartbeatSettings heartbeat) {

}
