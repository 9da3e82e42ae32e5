package io.github.websockethttp2.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

import io.github.websockethttp2.benchmarks.Samples.Spread;
import io.github.websockethttp2.benchmarks.client.ClientKind;
import io.github.websockethttp2.benchmarks.client.ClientProcess;
import io.github.websockethttp2.benchmarks.process.Jvm;
import io.github.websockethttp2.benchmarks.process.MeasuredProcess.Memory;
import io.github.websockethttp2.benchmarks.report.BarChart;
import io.github.websockethttp2.benchmarks.report.Table;
import io.github.websockethttp2.benchmarks.server.ServerKind;
import io.github.websockethttp2.benchmarks.server.ServerProcess;

/**
 * What a socket and a message cost a client: the one of this project and Spring's, each
 * in a process of its own, and all to one server.
 */
final class ClientBenchmark {

	private static final int STREAMS = 256;

	private static final Duration CLOSING = Duration.ofMinutes(1);

	private final Options options;

	ClientBenchmark(Options options) {
		this.options = options.withDefaults(Map.of("tls", "jdk"));
	}

	void run() {
		for (String over : this.options.list("over", "cleartext,tls")) {
			run(over.equals("tls"));
		}
	}

	private void run(boolean tls) {
		// Spring's sends an origin of its own, which is not ours over TLS, and cannot do
		// with fewer sessions than the server announces
		Jvm server = Arena.jvm(this.options, "1g")
			.with("-Dwebsocket.http2.allowed-origins=*", "-Dwebsocket.http2.max-sessions-per-connection=" + STREAMS);
		List<Subject> subjects = new ArrayList<>();
		try (ServerProcess process = ServerProcess.start(ServerKind.OURS,
				tls ? Arena.settings(this.options, STREAMS) : Arena.settings(Options.parse(List.of()), STREAMS),
				server)) {
			start(tls, process.port(), subjects);
			for (int sockets : this.options.numbers("sockets", "1000,10000")) {
				List<Rounds<Opening>> all = measure(subjects, this.options.number("warmup", 15),
						(subject) -> open(subject, sockets));
				report(all, sockets, tls);
			}
			report(measure(subjects, this.options.number("warmup", 15), this::echo), tls);
		}
		finally {
			subjects.forEach((subject) -> subject.process.close());
		}
	}

	private void start(boolean tls, int port, List<Subject> subjects) {
		for (String name : this.options.list("clients", "ours,spring,strict")) {
			String[] parts = name.split(":");
			ClientKind kind = ClientKind.of(parts[0]);
			for (boolean http2 : new boolean[] { true, false }) {
				if (kind.speaks(http2) && (parts.length == 1 || parts[1].equals(http2 ? "h2" : "h1"))) {
					subjects.add(new Subject(kind, http2,
							ClientProcess.start(kind, http2, tls, port, Arena.jvm(this.options, "1g"))));
				}
			}
		}
	}

	/**
	 * Warms every client up, for the same time, then measures all of them in turn, round
	 * by round.
	 */
	private <T> List<Rounds<T>> measure(List<Subject> subjects, int warmUpSeconds, Measurement<T> measurement) {
		for (Subject subject : subjects) {
			long end = System.nanoTime() + Duration.ofSeconds(warmUpSeconds).toNanos();
			do {
				measurement.of(subject);
			}
			while (System.nanoTime() < end);
		}
		List<Rounds<T>> all = subjects.stream().map((subject) -> new Rounds<T>(subject, new ArrayList<>())).toList();
		for (int round = 0; round < this.options.number("rounds", 3); round++) {
			all.forEach((rounds) -> rounds.values.add(measurement.of(rounds.subject)));
		}
		return all;
	}

	private Opening open(Subject subject, int sockets) {
		ClientProcess client = subject.process;
		Memory before = client.memory();
		Duration cpu = client.cpu();
		long begin = System.nanoTime();
		client.open(sockets, this.options.number("burst", 1000));
		double seconds = (System.nanoTime() - begin) / 1e9;
		cpu = client.cpu().minus(cpu);
		Arena.pause(Duration.ofMillis(500));
		Memory after = client.memory();
		long connections = client.connections();
		close(client);
		return new Opening(connections, client.failures(), (after.heap() - before.heap()) / 1e3 / sockets,
				(after.direct() - before.direct()) / 1e3 / sockets, cpu.toNanos() / 1e3 / sockets, seconds);
	}

	private Echo echo(Subject subject) {
		ClientProcess client = subject.process;
		client.echo(this.options.number("sessions", 100), this.options.number("size", 125),
				this.options.number("inflight", 8));
		Arena.pause(Duration.ofSeconds(this.options.number("seconds", 3)));
		Duration cpu = client.cpu();
		long begin = System.nanoTime();
		long messages = client.messages();
		Arena.pause(Duration.ofSeconds(this.options.number("seconds", 3)));
		cpu = client.cpu().minus(cpu);
		messages = Math.max(1, client.messages() - messages);
		double seconds = (System.nanoTime() - begin) / 1e9;
		close(client);
		return new Echo(cpu.toNanos() / 1e3 / messages, messages / seconds);
	}

	/**
	 * Closes the sockets, and waits for the connections to be gone.
	 */
	private static void close(ClientProcess client) {
		client.closeSockets();
		long end = System.nanoTime() + CLOSING.toNanos();
		while (client.connections() > 0) {
			if (System.nanoTime() > end) {
				throw new IllegalStateException(client.connections() + " connections stay");
			}
			Arena.pause(Duration.ofMillis(100));
		}
	}

	private void report(List<Rounds<Opening>> all, int sockets, boolean tls) {
		String title = "Clients: %,d idle sockets%s".formatted(sockets, tls ? ", TLS" : "");
		Table table = new Table("client", "connections", "failed", "heap kB/socket", "ratio", "direct kB/socket",
				"opening: CPU µs/socket", "ratio", "wall s");
		report("client-" + sockets, title, "kB of heap per socket, after a collection", tls, all, table, Opening::heap,
				(rounds) -> table.add(rounds.subject.title(), whole(rounds.of(Opening::connections)),
						whole(rounds.of(Opening::failures)), rounds.of(Opening::heap).toString(),
						rounds.ratio(base(all), Opening::heap).toString(), rounds.of(Opening::direct).toString(),
						rounds.of(Opening::cpu).toString(), rounds.ratio(base(all), Opening::cpu).toString(),
						rounds.of(Opening::seconds).toString()));
	}

	private void report(List<Rounds<Echo>> all, boolean tls) {
		String title = "Clients: echo, %d B, %d in flight, %d sockets%s".formatted(this.options.number("size", 125),
				this.options.number("inflight", 8), this.options.number("sessions", 100), tls ? ", TLS" : "");
		Table table = new Table("client", "CPU µs/message", "ratio", "messages/s");
		report("client-echo", title, "µs of the client's CPU per message; median, smallest and biggest", tls, all,
				table, Echo::cpu, (rounds) -> table.add(rounds.subject.title(), rounds.of(Echo::cpu).toString(),
						rounds.ratio(base(all), Echo::cpu).toString(), whole(rounds.of(Echo::rate))));
	}

	private static String whole(Spread spread) {
		return String.format(Locale.ROOT, "%,.0f", spread.median());
	}

	private static <T> void report(String file, String title, String unit, boolean tls, List<Rounds<T>> all,
			Table table, ToDoubleFunction<T> charted, Consumer<Rounds<T>> row) {
		BarChart chart = new BarChart(title, unit);
		for (Rounds<T> rounds : all) {
			row.accept(rounds);
			Spread spread = rounds.of(charted);
			chart.add(rounds.subject.title(), spread.median(), spread.min(), spread.max(),
					rounds.subject.kind == ClientKind.OURS);
		}
		Report.publish(file + (tls ? "-tls" : ""), title, table, chart);
	}

	/**
	 * Spring's over HTTP/1.1 is what everybody has.
	 */
	private static <T> Rounds<T> base(List<Rounds<T>> all) {
		return all.stream()
			.filter((rounds) -> rounds.subject.kind == ClientKind.SPRING && !rounds.subject.http2)
			.findFirst()
			.orElse(all.get(0));
	}

	/**
	 * Something that is measured.
	 *
	 * @param <T> the type of the figures
	 */
	private interface Measurement<T> {

		T of(Subject subject);

	}

	private record Subject(ClientKind kind, boolean http2, ClientProcess process) {

		String title() {
			return this.kind.title() + ", " + (this.http2 ? "HTTP/2" : "HTTP/1.1");
		}

	}

	private record Rounds<T>(Subject subject, List<T> values) {

		Spread of(ToDoubleFunction<T> figure) {
			return Spread.of(this.values.stream().map(figure::applyAsDouble).toList());
		}

		/**
		 * Compares round by round, so that what slows the machine down slows both.
		 */
		Spread ratio(Rounds<T> base, ToDoubleFunction<T> figure) {
			List<Double> ratios = new ArrayList<>();
			for (int i = 0; i < this.values.size(); i++) {
				ratios.add(figure.applyAsDouble(this.values.get(i)) / figure.applyAsDouble(base.values.get(i)));
			}
			return Spread.of(ratios);
		}

	}

	private record Opening(double connections, double failures, double heap, double direct, double cpu,
			double seconds) {
	}

	private record Echo(double cpu, double rate) {
	}

}
