package io.github.websockethttp2.benchmarks;

import io.github.websockethttp2.benchmarks.scaling.Measured;
import io.github.websockethttp2.benchmarks.scaling.StormTables;

/**
 * What happens when a server is lost, by simulation.
 */
final class StormBenchmark {

	private final Options options;

	StormBenchmark(Options options) {
		this.options = options;
	}

	void run() {
		StormTables tables = new StormTables(Measured.load(this.options.text("figures", "")),
				this.options.number("seed", StormTables.SEED));
		Report.publish("storm-clients", "A million clients come back", tables.clients());
		Report.publish("storm-openings", "By what an opening takes", tables.openings());
		Report.publish("storm-servers", "By what the servers that are left can take", tables.servers());
		Report.publish("storm-shutdowns", "After a shutdown", tables.shutdowns());
		Report.publish("storm-guesses", "All back, s, by how much is done in vain", tables.guesses());
		Report.publish("storm-seconds", "Second by second", tables.seconds());
	}

}
