package io.github.websockethttp2.benchmarks.scaling;

/**
 * The loss of one of several servers.
 *
 * @param nodes how many there were
 * @param cores how many processors each has
 * @param load which part of them is busy anyway
 * @param sessions how many sessions each has
 * @param maxSessions how many each takes, 0 for any number
 * @param lossSeconds over which time the sessions are lost
 * @param replacement after how many seconds another server comes, 0 for none
 * @param opening what a client takes that comes back
 * @param backoff how long clients wait
 * @param vain which part of the work for a connection is done although its handshake
 * times out
 */
public record StormSettings(int nodes, int cores, double load, int sessions, int maxSessions, double lossSeconds,
		double replacement, Opening opening, Backoff backoff, double vain) {

	/**
	 * Returns the same with other waits.
	 * @param other the waits
	 * @return the settings
	 */
	public StormSettings with(Backoff other) {
		return new StormSettings(this.nodes, this.cores, this.load, this.sessions, this.maxSessions, this.lossSeconds,
				this.replacement, this.opening, other, this.vain);
	}

	/**
	 * Returns the same with other clients.
	 * @param other what one takes
	 * @return the settings
	 */
	public StormSettings with(Opening other) {
		return new StormSettings(this.nodes, this.cores, this.load, this.sessions, this.maxSessions, this.lossSeconds,
				this.replacement, other, this.backoff, this.vain);
	}

	/**
	 * Returns the same for sessions that are closed one after the other.
	 * @param seconds over which time
	 * @return the settings
	 */
	public StormSettings lostOver(double seconds) {
		return new StormSettings(this.nodes, this.cores, this.load, this.sessions, this.maxSessions, seconds,
				this.replacement, this.opening, this.backoff, this.vain);
	}

	/**
	 * Returns the same with a limit.
	 * @param limit how many sessions a server takes
	 * @param seconds after which time another server comes, 0 for none
	 * @return the settings
	 */
	public StormSettings limitedTo(int limit, double seconds) {
		return new StormSettings(this.nodes, this.cores, this.load, this.sessions, limit, this.lossSeconds, seconds,
				this.opening, this.backoff, this.vain);
	}

	/**
	 * Returns the same with another number of sessions.
	 * @param number how many sessions each server has
	 * @return the settings
	 */
	public StormSettings withSessions(int number) {
		return new StormSettings(this.nodes, this.cores, this.load, number, this.maxSessions, this.lossSeconds,
				this.replacement, this.opening, this.backoff, this.vain);
	}

	/**
	 * Returns the same with other servers.
	 * @param count how many there were
	 * @param busy which part of them is busy anyway
	 * @return the settings
	 */
	public StormSettings among(int count, double busy) {
		return new StormSettings(count, this.cores, busy, this.sessions, this.maxSessions, this.lossSeconds,
				this.replacement, this.opening, this.backoff, this.vain);
	}

	/**
	 * Returns the same with another guess.
	 * @param part which part of the work for a connection is done although its handshake
	 * times out
	 * @return the settings
	 */
	public StormSettings inVain(double part) {
		return new StormSettings(this.nodes, this.cores, this.load, this.sessions, this.maxSessions, this.lossSeconds,
				this.replacement, this.opening, this.backoff, part);
	}

}
