package io.github.websockethttp2.benchmarks.scaling;

import java.util.List;

/**
 * How clients came back.
 *
 * @param clients how many were simulated
 * @param represented how many they stand for
 * @param opened when each that is back was, in seconds and in order
 * @param cpu which part of the processors of the servers was busy, second by second
 * @param attempts how many attempts there were
 * @param timedOut how many of them took too long
 * @param refused how many of them were refused with 503
 */
public record StormResult(int clients, long represented, List<Double> opened, List<Double> cpu, long attempts,
		long timedOut, long refused) {

	private static final double FULL = 0.99;

	/**
	 * Returns when a part of the clients was back.
	 * @param part the part
	 */
	double backAfter(double part) {
		int count = (int) Math.ceil(part * this.clients);
		return (count <= this.opened.size()) ? this.opened.get(count - 1) : Double.POSITIVE_INFINITY;
	}

	/**
	 * Returns how many were back by a time.
	 * @param second the time
	 */
	double backBy(double second) {
		return this.opened.stream().filter((time) -> time <= second).count() / (double) this.clients;
	}

	/**
	 * Returns for how long the servers had no processor free.
	 */
	long fullSeconds() {
		return this.cpu.stream().filter((busy) -> busy >= FULL).count();
	}

	/**
	 * Returns how many attempts a client took.
	 */
	double attemptsPerClient() {
		return this.attempts / (double) this.represented;
	}

	/**
	 * Returns how busy they were at most.
	 */
	double peak() {
		return this.cpu.stream().mapToDouble(Double::doubleValue).max().orElse(0);
	}

}
