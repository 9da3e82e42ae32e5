package io.github.websockethttp2.channel;

import java.time.Duration;

import io.github.websockethttp2.transport.HeartbeatSettings;

/**
 * What a session is held to.
 *
 * @param maxMessageSize bytes of a message, of all its fragments together and after
 * decompression; more is answered with close code 1009
 * @param closeTimeout how long a closing session waits for the peer's Close frame, and
 * over HTTP/1.1 after that for the peer's end of the connection
 * @param compression whether compression is agreed to where a client offers it
 * @param heartbeat how often the peer is pinged
 */
public record SessionSettings(int maxMessageSize, Duration closeTimeout, boolean compression,
		HeartbeatSettings heartbeat) {

}
