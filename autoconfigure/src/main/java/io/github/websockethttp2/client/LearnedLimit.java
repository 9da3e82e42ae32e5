package io.github.websockethttp2.client;

/**
 * How many sockets a peer takes on a connection, whatever it announces. A socket that is
 * refused beside others raises a suspicion: whether the connection is full or the whole
 * server turns out when it is tried on another connection. Until then no connection gets
 * more, so that no socket is refused twice for the same reason. Guarded by the pool.
 */
final class LearnedLimit {

	private int learned = Integer.MAX_VALUE;

	private int suspected = Integer.MAX_VALUE;

	/**
	 * A connection with so many others has refused a socket.
	 */
	void suspect(int others) {
		this.suspected = Math.max(1, Math.min(this.suspected, others));
	}

	/**
	 * The socket has found room on another connection.
	 */
	void confirm() {
		this.learned = Math.min(this.learned, this.suspected);
	}

	/**
	 * It has not.
	 */
	void refute() {
		this.suspected = Integer.MAX_VALUE;
	}

	void forget() {
		this.learned = Integer.MAX_VALUE;
		this.suspected = Integer.MAX_VALUE;
	}

	int get() {
		return Math.min(this.learned, this.suspected);
	}

}
