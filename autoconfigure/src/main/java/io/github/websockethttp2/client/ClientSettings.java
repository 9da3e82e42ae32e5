package io.github.websockethttp2.client;

import java.time.Duration;
import java.util.Set;

import io.github.websockethttp2.channel.SessionSettings;
import io.github.websockethttp2.transport.HeartbeatSettings;
import org.jspecify.annotations.Nullable;

/**
 * What a client keeps to.
 *
 * @param connectTimeout how long TCP may take
 * @param handshakeTimeout how long it may take until a socket is open: the wait for a
 * connection, its TLS and SETTINGS, the request and its answer
 * @param closeTimeout how long a server has to answer a Close frame, and then to end its
 * side
 * @param idleTimeout how long a connection without a socket is kept
 * @param maxMessageSize bytes of a message, of all its fragments together and after
 * decompression
 * @param compression whether permessage-deflate is offered
 * @param heartbeat how often servers are pinged
 * @param maxSocketsPerConnection how many sockets share a connection at most, whatever
 * the server allows
 * @param minConnections over how many connections to an endpoint sockets are spread
 * @param maxLifetime how long a connection takes new sockets; {@code null} for ever
 * @param http2 whether HTTP/2 is used at all
 * @param priorKnowledge whether a cleartext endpoint is taken to speak HTTP/2 (RFC 9113,
 * section 3.3)
 * @param fallback whether HTTP/1.1 is used where HTTP/2 will not do
 * @param fallbackRemember for how long
 * @param fallbackStatuses the statuses of an answer to a CONNECT after which HTTP/1.1 is
 * tried
 */
record ClientSettings(Duration connectTimeout, Duration handshakeTimeout, Duration closeTimeout, Duration idleTimeout,
		int maxMessageSize, boolean compression, HeartbeatSettings heartbeat, int maxSocketsPerConnection,
		int minConnections, @Nullable Duration maxLifetime, boolean http2, boolean priorKnowledge, boolean fallback,
		Duration fallbackRemember, Set<Integer> fallbackStatuses) {

	/** Bytes that a server may send on a stream before any have been consumed. */
	static final int STREAM_WINDOW_SIZE = 256 * 1024;

	SessionSettings session() {
		return new SessionSettings(this.maxMessageSize, this.closeTimeout, this.compression, this.heartbeat);
	}

}
