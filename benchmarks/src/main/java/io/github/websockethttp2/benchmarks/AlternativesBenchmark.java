package io.github.websockethttp2.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

import io.github.websockethttp2.benchmarks.Samples.Spread;
import io.github.websockethttp2.benchmarks.load.LoadClient;
import io.github.websockethttp2.benchmarks.load.Subscribers;
import io.github.websockethttp2.benchmarks.load.Subscribers.Way;
import io.github.websockethttp2.benchmarks.report.BarChart;
import io.github.websockethttp2.benchmarks.report.Table;
import io.github.websockethttp2.benchmarks.server.ServerKind;
import io.github.websockethttp2.benchmarks.server.ServerProcess;
import org.HdrHistogram.Histogram;

/**
 * The same events by WebSocket, server-sent events and long polling.
 */
final class AlternativesBenchmark {

	private final Options options;

	private final int subscribers;

	AlternativesBenchmark(Options options) {
		this.options = options;
		this.subscribers = options.number("subscribers", 100);
	}

	void run() {
		Contender contender = new Contender(ServerKind.OURS, List.of(), true);
		List<Subject> subjects = new ArrayList<>();
		try (ServerProcess server = Arena.start(this.options, contender, Arena.settings(this.options, 256), "1g")) {
			for (Way way : Way.values()) {
				Subject subject = new Subject(way, new ArrayList<>());
				subjects.add(subject);
				measure(server, contender, subject, this.options.number("warmup", 10));
				subject.rounds.clear();
			}
			for (int round = 0; round < this.options.number("rounds", 3); round++) {
				for (Subject subject : subjects) {
					measure(server, contender, subject, this.options.number("seconds", 20));
				}
			}
		}
		report(subjects);
	}

	private void measure(ServerProcess server, Contender contender, Subject subject, int seconds) {
		try (LoadClient client = new LoadClient(contender.target(server.port(), this.options))) {
			Subscribers subscribers = new Subscribers(client, subject.way);
			subscribers.start(this.subscribers, this.options.number("connections", 4));
			Arena.pause(Duration.ofSeconds(1));
			subscribers.take();
			long bytes = client.call(client::traffic);
			Duration cpu = server.cpu();
			Arena.pause(Duration.ofSeconds(seconds));
			Histogram delays = subscribers.take();
			double events = Math.max(1, delays.getTotalCount());
			subject.rounds.add(new Round(events / seconds, server.cpu().minus(cpu).toNanos() / 1e3 / events,
					(client.call(client::traffic) - bytes) / events, delays.getValueAtPercentile(50) / 1e6,
					delays.getValueAtPercentile(99) / 1e6));
			client.check();
		}
	}

	private void report(List<Subject> subjects) {
		String title = "Ten events of 125 B a second to %d subscribers over HTTP/2%s".formatted(this.subscribers,
				this.options.has("tls") ? ", TLS" : "");
		Table table = new Table("by", "events/s", "CPU µs/event", "bytes/event", "p50 ms", "p99 ms");
		BarChart chart = new BarChart(title, "µs of server CPU per event; median, smallest and biggest");
		for (Subject subject : subjects) {
			Spread cpu = subject.of(Round::cpu);
			table.add(subject.way.title(), whole(subject.of(Round::rate)), cpu.toString(),
					whole(subject.of(Round::bytes)), subject.of(Round::median).toString(),
					subject.of(Round::tail).toString());
			chart.add(subject.way.title(), cpu.median(), cpu.min(), cpu.max(), subject.way == Way.WEB_SOCKET);
		}
		Report.publish("alternatives", title, table, chart);
	}

	private static String whole(Spread spread) {
		return String.format(Locale.ROOT, "%,.0f", spread.median());
	}

	private record Subject(Way way, List<Round> rounds) {

		Spread of(ToDoubleFunction<Round> figure) {
			return Spread.of(this.rounds.stream().map(figure::applyAsDouble).toList());
		}

	}

	private record Round(double rate, double cpu, double bytes, double median, double tail) {
	}

}
