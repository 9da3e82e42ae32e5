package io.github.websockethttp2.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * What a contender has done, round by round.
 *
 * @param contender the contender
 * @param rounds a sample for each round
 */
record Samples(Contender contender, List<Sample> rounds) {

	Samples(Contender contender) {
		this(contender, new ArrayList<>());
	}

	Spread of(ToDoubleFunction<Sample> figure) {
		return Spread.of(this.rounds.stream().map(figure::applyAsDouble).toList());
	}

	/**
	 * Compares round by round, so that what slows the machine down slows both.
	 * @param base what is compared with
	 * @return how many times the processor time
	 */
	Spread ratio(Samples base) {
		List<Double> ratios = new ArrayList<>();
		for (int i = 0; i < this.rounds.size(); i++) {
			ratios.add(this.rounds.get(i).cpu() / base.rounds.get(i).cpu());
		}
		return Spread.of(ratios);
	}

	/**
	 * One round.
	 *
	 * @param cpu microseconds of the server's processor time per message
	 * @param throughput messages per second
	 * @param median the median delay in microseconds
	 * @param tail the 99th percentile of the delay in microseconds
	 */
	record Sample(double cpu, double throughput, double median, double tail) {
	}

	/**
	 * Median and range.
	 *
	 * @param median the median
	 * @param min the smallest
	 * @param max the biggest
	 */
	record Spread(double median, double min, double max) {

		static Spread of(List<Double> values) {
			List<Double> sorted = new ArrayList<>(values);
			Collections.sort(sorted);
			int size = sorted.size();
			double median = (sorted.get((size - 1) / 2) + sorted.get(size / 2)) / 2;
			return new Spread(median, sorted.get(0), sorted.get(size - 1));
		}

		@Override
		public String toString() {
			return String.format(Locale.ROOT, "%.2f (%.2f–%.2f)", this.median, this.min, this.max);
		}

	}

}
