package io.github.websockethttp2.stream;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Short names of connections, unique while the server runs.
 */
final class ConnectionId {

	private static final AtomicLong COUNTER = new AtomicLong();

	private ConnectionId() {
	}

	static String next() {
		return Long.toHexString(COUNTER.incrementAndGet());
	}

}
