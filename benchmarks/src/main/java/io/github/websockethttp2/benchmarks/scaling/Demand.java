package io.github.websockethttp2.benchmarks.scaling;

/**
 * What sessions take.
 *
 * @param measured what one takes
 * @param sessions how many there are
 * @param rate how many messages of 1 kB a second each of them gets
 * @param life how many seconds a session is open
 * @param sockets how many share a connection over HTTP/2, or 0 for HTTP/1.1
 */
public record Demand(Measured measured, long sessions, double rate, double life, int sockets) {

	/** The garbage collector needs a heap that is bigger than what lives in it. */
	private static final double HEAP_FACTOR = 2;

	private static final double PING_SECONDS = 30;

	/** A message of 1 kB with its heads, and what TLS, TCP and IP add. */
	private static final double MESSAGE_BYTES = 1100;

	private static final double KB = 1e3;

	private static final double GB = 1e9;

	private boolean http2() {
		return this.sockets > 0;
	}

	private double connections() {
		return http2() ? (double) this.sessions / this.sockets : this.sessions;
	}

	/**
	 * Returns the memory of processes and kernel.
	 * @return GB
	 */
	public double memory() {
		double heap = this.sessions * (http2() ? this.measured.heapHttp2() : this.measured.heapHttp1());
		double connections = connections() * (this.measured.tls() + this.measured.kernel());
		return (heap * HEAP_FACTOR + connections) * KB / GB;
	}

	/**
	 * Returns what deliveries, openings and pings take.
	 * @return processors
	 */
	public double cores() {
		double delivery = (http2() ? this.measured.deliveryHttp2Micros() : this.measured.deliveryHttp1Micros()) / 1e6;
		double opening = this.measured.sessionMillis() / 1e3 * this.sessions / this.life
				+ this.measured.connectionMillis() / 1e3 * connections() / this.life;
		double pings = connections() / PING_SECONDS * this.measured.pingMicros() / 1e6;
		return this.sessions * this.rate * delivery + opening + pings;
	}

	/**
	 * Returns what is sent.
	 * @return GB a second
	 */
	public double traffic() {
		return this.sessions * this.rate * MESSAGE_BYTES / GB;
	}

	/**
	 * Returns how many servers that takes, and one more that may be lost.
	 * @param node a server
	 * @return the number, and what decides it
	 */
	public Nodes nodes(Node node) {
		double byMemory = memory() / node.memory();
		double byCores = cores() / (node.cores() * node.used());
		double byTraffic = traffic() / (node.network() * node.used());
		double byCount = (double) this.sessions / node.maxSessions();
		double most = Math.max(Math.max(byMemory, byCores), Math.max(byTraffic, byCount));
		String reason = (most == byCount) ? "sessions"
				: (most == byMemory) ? "memory" : (most == byCores) ? "CPU" : "network";
		int count = (int) Math.ceil(most);
		return new Nodes(count + 1, (count > 1) ? reason : "one is enough");
	}

	/**
	 * A number of servers.
	 *
	 * @param count how many, with one that may be lost
	 * @param reason what decides it
	 */
	public record Nodes(int count, String reason) {

		@Override
		public String toString() {
			return this.count + " (" + this.reason + ")";
		}

	}

}
