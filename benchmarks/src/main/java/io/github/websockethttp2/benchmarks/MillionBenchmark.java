package io.github.websockethttp2.benchmarks;

import java.time.Duration;
import java.util.Locale;

import io.github.websockethttp2.benchmarks.load.ClientFrames;
import io.github.websockethttp2.benchmarks.load.LoadClient;
import io.github.websockethttp2.benchmarks.load.LoadException;
import io.github.websockethttp2.benchmarks.load.LoadSessions;
import io.github.websockethttp2.benchmarks.load.QuietListener;
import io.github.websockethttp2.benchmarks.process.MeasuredProcess.Memory;
import io.github.websockethttp2.benchmarks.report.Table;
import io.github.websockethttp2.benchmarks.server.ServerProcess;

/**
 * A million sessions in one server, then a message on each of them.
 */
final class MillionBenchmark {

	private static final Duration TIMEOUT = Duration.ofMinutes(10);

	private final Options options;

	private final Table table = new Table("figure", "value");

	MillionBenchmark(Options options) {
		this.options = options;
	}

	void run() {
		int sessions = this.options.number("sessions", 1_000_000);
		int connections = this.options.number("connections", 1000);
		System.setProperty("benchmark.timeout", String.valueOf(TIMEOUT.toSeconds()));
		Contender contender = Contender.of(this.options.list("servers", "ours")).get(0);
		// Of the starter's streams one in ten is kept for requests
		int streams = sessions / connections * 10 / 8;
		try (ServerProcess server = Arena.start(this.options, contender, Arena.settings(this.options, streams),
				this.options.text("heap", "6g"));
				LoadClient client = new LoadClient(contender.target(server.port(), this.options))) {
			Memory empty = server.memory();
			QuietListener listener = new QuietListener();
			long begin = System.nanoTime();
			LoadSessions opened = LoadSessions.open(client, "/echo", sessions, connections, listener);
			figure("opened in, s", seconds(begin));
			figure("server CPU for it, s", server.cpu().toNanos() / 1e9);
			Memory idle = server.memory();
			figure("heap after a collection, MB", idle.heap() / 1e6);
			figure("heap per session, kB", (idle.heap() - empty.heap()) / 1e3 / sessions);
			figure("direct memory, MB", idle.direct() / 1e6);
			figure("resident, MB", idle.resident() / 1e6);
			echo(client, opened, listener);
			figure("resident after it, MB", server.memory().resident() / 1e6);
		}
		Report.publish("million",
				"%,d sessions on %,d connections, %s".formatted(sessions, connections, contender.title()), this.table);
	}

	private void echo(LoadClient client, LoadSessions opened, QuietListener listener) {
		long begin = System.nanoTime();
		byte[] frame = ClientFrames.message(true, 16);
		opened.forEach((session) -> session.send(frame));
		while (client.call(listener::messages) < opened.count()) {
			client.check();
			if (System.nanoTime() - begin > TIMEOUT.toNanos()) {
				throw new LoadException(client.call(listener::messages) + " sessions have answered");
			}
			Arena.pause(Duration.ofMillis(20));
		}
		figure("a message to each and back, s", seconds(begin));
		figure("answers", client.call(listener::messages));
	}

	private void figure(String name, double value) {
		String text = String.format(Locale.ROOT, (value == Math.rint(value)) ? "%,.0f" : "%,.2f", value);
		System.out.println(name + ": " + text);
		this.table.add(name, text);
	}

	private static double seconds(long begin) {
		return (System.nanoTime() - begin) / 1e9;
	}

}
