package io.github.websockethttp2.benchmarks.scaling;

/**
 * A server that is left, as a queue of work that its free processors do in turn.
 */
final class StormNode {

	private final double cores;

	private double backlog;

	private double time;

	private double done;

	private long sessions;

	/**
	 * Create a node.
	 * @param cores how many processors are free
	 * @param sessions how many sessions it has
	 */
	StormNode(double cores, long sessions) {
		this.cores = cores;
		this.sessions = sessions;
	}

	long sessions() {
		return this.sessions;
	}

	void admit(int sessions) {
		this.sessions += sessions;
	}

	boolean isBusy() {
		return this.backlog > 0;
	}

	/**
	 * Goes on until a time.
	 */
	void advance(double time) {
		double work = Math.min(this.backlog, (time - this.time) * this.cores);
		this.backlog -= work;
		this.done += work;
		this.time = time;
	}

	/**
	 * Returns how long new work waits until it is done.
	 * @param work the work, in seconds of a processor
	 */
	double delay(double work) {
		return (this.backlog + work) / this.cores;
	}

	void add(double work) {
		this.backlog += work;
	}

	/**
	 * Returns what was done since the last time, in seconds of a processor.
	 */
	double takeDone() {
		double result = this.done;
		this.done = 0;
		return result;
	}

}
