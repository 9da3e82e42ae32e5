package io.github.websockethttp2.benchmarks;

import io.github.websockethttp2.benchmarks.scaling.Measured;
import io.github.websockethttp2.benchmarks.scaling.Node;
import io.github.websockethttp2.benchmarks.scaling.ScalingTable;

/**
 * How many servers so many sessions need, by calculation.
 */
final class ScalingBenchmark {

	private final Options options;

	ScalingBenchmark(Options options) {
		this.options = options;
	}

	void run() {
		Node node = new Node(this.options.number("cores", Node.DEFAULT.cores()),
				this.options.number("memory", (int) Node.DEFAULT.memory()),
				this.options.number("gbit", (int) (Node.DEFAULT.network() * 8)) / 8.0,
				this.options.number("used", (int) (Node.DEFAULT.used() * 100)) / 100.0,
				this.options.number("max", Node.DEFAULT.maxSessions()));
		int life = this.options.number("life", ScalingTable.LIFE);
		int sockets = this.options.number("sockets", ScalingTable.SOCKETS);
		ScalingTable table = new ScalingTable(Measured.load(this.options.text("figures", "")), node, life, sockets);
		Report.publish("scaling",
				"Servers with %d cores, %.0f GB for sessions and %.0f Gbit/s, sessions of %d s, %d a connection"
					.formatted(node.cores(), node.memory(), node.network() * 8, life, sockets),
				table.table());
	}

}
