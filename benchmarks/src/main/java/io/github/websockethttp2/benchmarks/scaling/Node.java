package io.github.websockethttp2.benchmarks.scaling;

/**
 * A server, and how much of it may be used, so that the others can take over what one of
 * them had.
 *
 * @param cores how many processors it has
 * @param memory GB of memory that sessions may take
 * @param network GB a second that it can send
 * @param used which part of processors and network may be used
 * @param maxSessions how many sessions it may have, whatever they take
 */
public record Node(int cores, double memory, double network, double used, int maxSessions) {

	/**
	 * What the documentation reckons with: 8 processors, 32 GB of which a fourth is the
	 * system's and the application's, 10 Gbit/s, and the million sessions that were
	 * measured in one process.
	 */
	public static final Node DEFAULT = new Node(8, 24, 1.25, 0.5, 1_000_000);

}
