package io.github.websockethttp2.benchmarks;

import java.time.Duration;
import java.util.List;

import io.github.websockethttp2.benchmarks.Samples.Sample;
import io.github.websockethttp2.benchmarks.load.LoadClient;
import io.github.websockethttp2.benchmarks.load.LoadSessions;
import io.github.websockethttp2.benchmarks.load.QuietListener;
import io.github.websockethttp2.benchmarks.report.BarChart;
import io.github.websockethttp2.benchmarks.report.Table;

/**
 * What it takes to open a session, with the connections that are needed.
 */
final class OpenBenchmark {

	private final Options options;

	private final int sessions;

	private final int connections;

	OpenBenchmark(Options options) {
		this.options = options;
		this.sessions = options.number("sessions", 10_000);
		this.connections = options.number("connections", 100);
	}

	void run() {
		List<Contender> contenders = Contender.of(this.options.list("servers", Contender.ALL));
		try (Arena arena = new Arena(this.options, contenders)) {
			arena.leftOut().forEach(System.out::println);
			List<Samples> all = arena.places().stream().map((place) -> new Samples(place.contender())).toList();
			arena.places().forEach(this::warmUp);
			for (int round = 0; round < this.options.number("rounds", 3); round++) {
				for (int i = 0; i < all.size(); i++) {
					all.get(i).rounds().add(sample(arena.places().get(i)));
				}
			}
			report(all);
		}
	}

	/**
	 * By time, and the same for all: the compiler needs as long for a server that opens
	 * many sessions in it as for one that opens few.
	 */
	private void warmUp(Arena.Place place) {
		long end = System.nanoTime() + Duration.ofSeconds(this.options.number("warmup", 20)).toNanos();
		while (System.nanoTime() < end) {
			sample(place);
		}
	}

	private Sample sample(Arena.Place place) {
		try (LoadClient client = new LoadClient(place.contender().target(place.server().port(), this.options))) {
			Duration cpuBefore = place.server().cpu();
			long begin = System.nanoTime();
			LoadSessions opened = LoadSessions.open(client, "/echo", this.sessions, this.connections,
					new QuietListener());
			double seconds = (System.nanoTime() - begin) / 1e9;
			Duration cpu = place.server().cpu().minus(cpuBefore);
			begin = System.nanoTime();
			cpuBefore = place.server().cpu();
			opened.close();
			Duration closeCpu = place.server().cpu().minus(cpuBefore);
			client.check();
			return new Sample(cpu.toNanos() / 1e9, seconds, closeCpu.toNanos() / 1e9,
					(System.nanoTime() - begin) / 1e9);
		}
	}

	private void report(List<Samples> all) {
		String title = "Opening %,d sessions on %d connections (HTTP/1.1: a connection each)%s".formatted(this.sessions,
				this.connections, this.options.has("tls") ? ", TLS" : "");
		Table table = new Table("server", "CPU s", "ratio", "wall s", "close: CPU s", "close: wall s");
		BarChart chart = new BarChart(title, "seconds of server CPU; median, smallest and biggest");
		Samples base = all.get(0);
		for (Samples samples : all) {
			table.add(samples.contender().title(), samples.of(Sample::cpu).toString(), samples.ratio(base).toString(),
					samples.of(Sample::throughput).toString(), samples.of(Sample::median).toString(),
					samples.of(Sample::tail).toString());
			Report.add(chart, samples, samples.of(Sample::cpu));
		}
		Report.publish(this.options.has("tls") ? "open-tls" : "open", title, table, chart);
	}

}
