package io.github.websockethttp2.benchmarks.scaling;

/**
 * What a client takes that connects and opens its sockets, in seconds of a processor.
 *
 * @param title what it is called in tables
 * @param sockets how many sockets share the connection
 * @param connection what the connection takes
 * @param socket what a socket takes
 */
public record Opening(String title, int sockets, double connection, double socket) {

	/**
	 * Returns what all of it takes.
	 * @return seconds of a processor
	 */
	public double work() {
		return this.connection + this.sockets * this.socket;
	}

}
