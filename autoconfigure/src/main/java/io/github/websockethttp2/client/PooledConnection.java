package io.github.websockethttp2.client;

/**
 * A connection of a {@link ConnectionPool}, which guards it.
 *
 * @param <C> the type of connections
 */
final class PooledConnection<C> {

	final C connection;

	/** How many sockets it may have, as the peer says. */
	int limit;

	/** How many it may have, as the peer does. */
	int learned = Integer.MAX_VALUE;

	/** How many sockets it has, or is about to. */
	int used;

	/** It gets no more sockets. */
	boolean draining;

	PooledConnection(C connection, int limit) {
		this.connection = connection;
		this.limit = limit;
	}

	boolean hasRoom(int learnedOfOthers) {
		return !this.draining && this.used < Math.min(learnedOfOthers, Math.min(this.limit, this.learned));
	}

}
