package io.github.websockethttp2.benchmarks.load;

/**
 * What the load generator connects to, on the loopback interface, and how.
 *
 * @param port the port
 * @param http2 whether it is talked to over HTTP/2, with many WebSockets a connection
 * @param tls whether connections are encrypted
 * @param compressed whether compression is offered, and then wanted for every message
 * @param windows how much the server may send before any of it is read, over HTTP/2
 */
public record Target(int port, boolean http2, boolean tls, boolean compressed, Windows windows) {

	/**
	 * Returns the same target behind another port.
	 * @param other the port
	 * @return the target
	 */
	public Target withPort(int other) {
		return new Target(other, this.http2, this.tls, this.compressed, this.windows);
	}

}
