package io.github.websockethttp2.benchmarks;

import java.time.Duration;
import java.util.Locale;

import io.github.websockethttp2.benchmarks.load.LoadClient;
import io.github.websockethttp2.benchmarks.load.LoadException;
import io.github.websockethttp2.benchmarks.load.LoadSessions;
import io.github.websockethttp2.benchmarks.load.QuietListener;
import io.github.websockethttp2.benchmarks.process.MeasuredProcess.Memory;
import io.github.websockethttp2.benchmarks.report.BarChart;
import io.github.websockethttp2.benchmarks.report.Table;
import io.github.websockethttp2.benchmarks.server.ServerKind;
import io.github.websockethttp2.benchmarks.server.ServerProcess;

/**
 * What a session takes on which nothing happens.
 */
final class IdleBenchmark {

	/** Opened and closed before, so that classes, pools and caches are there. */
	private static final int WARM_UP = 1000;

	private final Options options;

	private final int sessions;

	private final int connections;

	IdleBenchmark(Options options) {
		this.options = options;
		this.sessions = options.number("sessions", 10_000);
		this.connections = options.number("connections", 100);
	}

	void run() {
		String title = "Idle, %,d sessions on %d connections (HTTP/1.1: a connection each)%s".formatted(this.sessions,
				this.connections, this.options.has("tls") ? ", TLS" : "");
		Table table = new Table("server", "heap kB/session", "direct kB/session", "resident kB/session");
		BarChart chart = new BarChart(title, "kB of heap per session, after a collection");
		for (Contender contender : Contender.of(this.options.list("servers", Contender.ALL))) {
			try {
				measure(contender, table, chart);
			}
			catch (LoadException | IllegalStateException ex) {
				System.out.println(contender.title() + " is left out: " + ex.getMessage());
			}
		}
		Report.publish("idle", title, table, chart);
	}

	private void measure(Contender contender, Table table, BarChart chart) {
		try (ServerProcess server = Arena.start(this.options, contender, Arena.settings(this.options, 256), "1g");
				LoadClient client = new LoadClient(contender.target(server.port(), this.options))) {
			LoadSessions.open(client, "/echo", Math.min(WARM_UP, this.sessions), 10, new QuietListener()).close();
			Arena.pause(Duration.ofSeconds(1));
			Memory before = server.memory();
			LoadSessions.open(client, "/echo", this.sessions, this.connections, new QuietListener());
			Arena.pause(Duration.ofSeconds(2));
			Memory after = server.memory();
			client.check();
			double heap = perSession(after.heap() - before.heap());
			table.add(contender.title(), text(heap), text(perSession(after.direct() - before.direct())),
					text(perSession(after.resident() - before.resident())));
			chart.add(contender.title(), heap, heap, heap, contender.kind() == ServerKind.OURS);
		}
	}

	private double perSession(long bytes) {
		return Math.max(0, bytes) / 1000.0 / this.sessions;
	}

	private static String text(double value) {
		return String.format(Locale.ROOT, "%.2f", value);
	}

}
