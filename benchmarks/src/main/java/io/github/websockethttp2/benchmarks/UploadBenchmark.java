package io.github.websockethttp2.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.websockethttp2.benchmarks.load.DelayRelay;
import io.github.websockethttp2.benchmarks.load.EchoLoad;
import io.github.websockethttp2.benchmarks.report.BarChart;
import io.github.websockethttp2.benchmarks.report.Table;

/**
 * Messages to a server that is far away, where windows decide how much is under way.
 */
final class UploadBenchmark {

	private static final int SIZE = 16 * 1024;

	/** What the delay can hold, so 80 MB/s at most. */
	private static final int UNDER_WAY = 8 * 1024 * 1024;

	private final Options options;

	UploadBenchmark(Options options) {
		this.options = options.withDefaults(Map.of("warmup", "5", "seconds", "4"));
	}

	void run() {
		Duration delay = Duration.ofMillis(this.options.number("delay", 50));
		List<DelayRelay> relays = new ArrayList<>();
		try (Arena arena = new Arena(this.options, Contender.of(this.options.list("servers", Contender.ALL)))) {
			arena.leftOut().forEach(System.out::println);
			arena.through((port) -> {
				relays.add(new DelayRelay(port, delay));
				return relays.get(relays.size() - 1).port();
			});
			for (int sessions : this.options.numbers("sessions", "1")) {
				List<Samples> all = arena.measure("/sink", sessions, 1, this.options.windows(),
						() -> EchoLoad.upload(SIZE, UNDER_WAY / SIZE / sessions));
				report(all, sessions, delay);
			}
		}
		finally {
			relays.forEach(DelayRelay::close);
		}
	}

	private void report(List<Samples> all, int sessions, Duration delay) {
		String title = "Upload by %d sessions on one connection (HTTP/1.1: a connection each), %d ms away each way"
			.formatted(sessions, delay.toMillis());
		Table table = new Table("server", "MB/s", "CPU ms/MB");
		BarChart chart = new BarChart(title, "MB per second; median, smallest and biggest");
		for (Samples samples : all) {
			Samples.Spread rate = samples.of((sample) -> sample.throughput() * SIZE / 1e6);
			table.add(samples.contender().title(), rate.toString(),
					samples.of((sample) -> sample.cpu() / 1e3 / SIZE * 1e6).toString());
			Report.add(chart, samples, rate);
		}
		Report.publish("upload-" + sessions, title, table, chart);
	}

}
