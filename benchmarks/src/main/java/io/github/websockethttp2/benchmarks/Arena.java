package io.github.websockethttp2.benchmarks;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.function.Supplier;

import io.github.websockethttp2.benchmarks.Samples.Sample;
import io.github.websockethttp2.benchmarks.load.Load;
import io.github.websockethttp2.benchmarks.load.LoadClient;
import io.github.websockethttp2.benchmarks.load.LoadException;
import io.github.websockethttp2.benchmarks.load.LoadSessions;
import io.github.websockethttp2.benchmarks.load.Target;
import io.github.websockethttp2.benchmarks.load.Windows;
import io.github.websockethttp2.benchmarks.process.Jvm;
import io.github.websockethttp2.benchmarks.server.KeyStores;
import io.github.websockethttp2.benchmarks.server.ServerProcess;
import io.github.websockethttp2.benchmarks.server.ServerSettings;

import org.springframework.core.NestedExceptionUtils;

/**
 * All servers of a comparison, running side by side and measured in turn.
 */
final class Arena implements AutoCloseable {

	private static final int STREAMS = 256;

	private final List<Place> places = new ArrayList<>();

	private final List<String> leftOut = new ArrayList<>();

	private final Options options;

	private IntUnaryOperator route = IntUnaryOperator.identity();

	Arena(Options options, List<Contender> contenders) {
		this.options = options;
		ServerSettings settings = settings(options, STREAMS);
		for (Contender contender : contenders) {
			try {
				this.places.add(new Place(contender, start(options, contender, settings, "1g")));
			}
			catch (IllegalStateException ex) {
				this.leftOut.add(contender.title() + " is left out: " + ex.getMessage());
			}
		}
	}

	static ServerSettings settings(Options options, int streams) {
		Path keyStore = null;
		if (options.has("tls")) {
			keyStore = Results.directory().resolve("server.p12");
			KeyStores.generate(keyStore);
		}
		return new ServerSettings(keyStore, streams, options.has("compressed"));
	}

	static Jvm jvm(Options options, String heap) {
		boolean openSsl = options.text("tls", "").equals("tcnative");
		return Jvm.own(List.of("-Xms" + heap, "-Xmx" + heap, "-Dio.netty.handler.ssl.noOpenSsl=" + !openSsl));
	}

	static ServerProcess start(Options options, Contender contender, ServerSettings settings, String heap) {
		Jvm jvm = jvm(options, heap);
		for (Variant variant : contender.variants()) {
			jvm = variant.applyTo(jvm, options);
		}
		return ServerProcess.start(contender.kind(), settings, jvm);
	}

	List<Place> places() {
		return this.places;
	}

	List<String> leftOut() {
		return this.leftOut;
	}

	/**
	 * Puts something between the clients and the servers.
	 * @param route returns the port to use instead of a server's
	 */
	void through(IntUnaryOperator route) {
		this.route = route;
	}

	/**
	 * Warms every server up, then measures all of them in turn, round by round.
	 * @param path the path of the WebSockets
	 * @param sessions how many WebSockets
	 * @param connections over how many connections
	 * @param windows how much a server may send before it is read
	 * @param loads makes what is done on them
	 * @return what each has done
	 */
	List<Samples> measure(String path, int sessions, int connections, Windows windows, Supplier<Load> loads) {
		List<Run> runs = new ArrayList<>();
		try {
			for (Place place : this.places) {
				Target target = place.contender()
					.target(this.route.applyAsInt(place.server().port()), this.options, windows);
				begin(place, target, path, sessions, connections, loads.get(), runs);
			}
			for (int round = 0; round < this.options.number("rounds", 3); round++) {
				for (Run run : runs) {
					run.samples.rounds().add(run.sample(Duration.ofSeconds(this.options.number("seconds", 3))));
				}
			}
			return runs.stream().map((run) -> run.samples).toList();
		}
		finally {
			runs.forEach((run) -> run.client.close());
		}
	}

	private void begin(Place place, Target target, String path, int sessions, int connections, Load load,
			List<Run> runs) {
		LoadClient client = new LoadClient(target);
		try {
			Run run = new Run(place, client, path, sessions, connections, load);
			run.sample(Duration.ofSeconds(this.options.number("warmup", 12)));
			runs.add(run);
		}
		catch (LoadException ex) {
			System.out.println(place.contender().title() + " is left out: " + ex.getMessage() + " ("
					+ NestedExceptionUtils.getMostSpecificCause(ex).getMessage() + ")\n");
			client.close();
		}
	}

	@Override
	public void close() {
		this.places.forEach((place) -> place.server().close());
	}

	/**
	 * A server that runs.
	 *
	 * @param contender which one
	 * @param server its process
	 */
	record Place(Contender contender, ServerProcess server) {
	}

	/**
	 * A server, the sessions to it, and what is done on them.
	 */
	private static final class Run {

		private final Samples samples;

		private final ServerProcess server;

		private final LoadClient client;

		private final Load load;

		private final LoadSessions sessions;

		Run(Place place, LoadClient client, String path, int sessions, int connections, Load load) {
			this.samples = new Samples(place.contender());
			this.server = place.server();
			this.client = client;
			this.load = load;
			this.sessions = LoadSessions.open(client, path, sessions, connections, load);
		}

		Sample sample(Duration time) {
			this.load.start(this.sessions);
			pause(Duration.ofMillis(200));
			Duration cpuBefore = this.server.cpu();
			Load.Counts before = this.sessions.call(this.load::takeCounts);
			pause(time);
			Duration cpu = this.server.cpu().minus(cpuBefore);
			Load.Counts counts = this.sessions.call(this.load::takeCounts);
			this.load.stop(this.sessions);
			this.client.check();
			long messages = Math.max(1, counts.messages());
			double seconds = (counts.nanoTime() - before.nanoTime()) / 1e9;
			return new Sample(cpu.toNanos() / 1e3 / messages, messages / seconds, counts.median(), counts.tail());
		}

	}

	static void pause(Duration time) {
		try {
			Thread.sleep(time.toMillis());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted", ex);
		}
	}

}
