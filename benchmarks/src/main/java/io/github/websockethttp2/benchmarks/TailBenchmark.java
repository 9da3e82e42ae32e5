package io.github.websockethttp2.benchmarks;

import java.time.Duration;
import java.util.Locale;

import io.github.websockethttp2.benchmarks.load.EchoLoad;
import io.github.websockethttp2.benchmarks.load.Load;
import io.github.websockethttp2.benchmarks.load.LoadClient;
import io.github.websockethttp2.benchmarks.load.LoadSessions;
import io.github.websockethttp2.benchmarks.load.Probe;
import io.github.websockethttp2.benchmarks.load.QuietListener;
import io.github.websockethttp2.benchmarks.load.Target;
import io.github.websockethttp2.benchmarks.report.Table;
import io.github.websockethttp2.benchmarks.server.ServerProcess;
import org.HdrHistogram.Histogram;

/**
 * How long a GET takes while WebSockets upload on its connection.
 */
final class TailBenchmark {

	private static final int SIZE = 16 * 1024;

	private static final int WINDOW = 256 * 1024;

	private final Options options;

	private final Table table = new Table("server", "requests", "p50 ms", "p99 ms", "upload MB/s",
			"256 kB at that rate, ms");

	TailBenchmark(Options options) {
		this.options = options;
	}

	void run() {
		for (Contender contender : Contender.of(this.options.list("servers", "ours:h2,webflux:h2"))) {
			if (!contender.http2()) {
				// Nothing else uploads on a connection of HTTP/1.1
				continue;
			}
			try (ServerProcess server = Arena.start(this.options, contender, Arena.settings(this.options, 256), "1g")) {
				Target target = contender.target(server.port(), this.options);
				measure(contender, target, Where.IDLE, this.options.number("warmup", 6), false);
				for (Where where : Where.values()) {
					measure(contender, target, where, this.options.number("seconds", 20), true);
				}
			}
		}
		Report.publish("tail", "A GET every 10 ms beside %d WebSockets that upload".formatted(uploads()), this.table);
	}

	private void measure(Contender contender, Target target, Where where, int seconds, boolean reported) {
		try (LoadClient client = new LoadClient(target)) {
			Load load = EchoLoad.upload(SIZE, this.options.number("inflight", 64));
			LoadSessions uploads = LoadSessions.open(client, "/sink", uploads(), 1, load);
			LoadSessions idle = LoadSessions.open(client, "/echo", 1, 1, new QuietListener());
			Probe probe = ((where != Where.SAME) ? idle : uploads).probe("/get", Duration.ofMillis(10));
			if (where != Where.IDLE) {
				load.start(uploads);
				Arena.pause(Duration.ofSeconds(3));
			}
			probe.start();
			long begin = client.call(load::takeCounts).nanoTime();
			Arena.pause(Duration.ofSeconds(seconds));
			Load.Counts counts = client.call(load::takeCounts);
			Histogram delays = probe.stop();
			client.check();
			if (reported) {
				double rate = counts.messages() * SIZE / ((counts.nanoTime() - begin) / 1e9);
				report(contender.title() + ", " + where.title, delays, rate);
			}
		}
	}

	private void report(String row, Histogram delays, double rate) {
		this.table.add(row, String.valueOf(delays.getTotalCount()), millis(delays.getValueAtPercentile(50) / 1e6),
				millis(delays.getValueAtPercentile(99) / 1e6), (rate > 0) ? millis(rate / 1e6) : "",
				(rate > 0) ? millis(WINDOW / rate * 1000) : "");
	}

	private int uploads() {
		return this.options.number("sessions", 4);
	}

	private static String millis(double value) {
		return String.format(Locale.ROOT, "%.2f", value);
	}

	/**
	 * Where requests go.
	 */
	private enum Where {

		IDLE("nothing uploads"), BESIDE("on another connection"), SAME("on the same connection");

		private final String title;

		Where(String title) {
			this.title = title;
		}

	}

}
