package io.github.websockethttp2.benchmarks;

import java.util.List;

import io.github.websockethttp2.benchmarks.load.BroadcastLoad;
import io.github.websockethttp2.benchmarks.server.BroadcastRequest;

/**
 * The same messages to everybody.
 */
final class BroadcastBenchmark {

	private static final String ALL = "netty,loop,topic,sink,webflux";

	/** WebFlux by itself does not do what a client asks for that wants no context. */
	private static final String COMPRESSING = "netty,loop,topic,sink";

	/** So much is under way at most, over all sessions. */
	private static final int MAX_UNDER_WAY = 256 * 1024 * 1024;

	private static final int SESSIONS_PER_CONNECTION = 100;

	private final Options options;

	private final boolean compressed;

	BroadcastBenchmark(Options options) {
		this.options = options;
		this.compressed = options.has("compressed");
	}

	void run() {
		List<Contender> contenders = Contender.of(this.options.list("servers", this.compressed ? COMPRESSING : ALL));
		try (Arena arena = new Arena(this.options, contenders)) {
			arena.leftOut().forEach(System.out::println);
			for (int sessions : this.options.numbers("sessions", "100")) {
				for (int size : this.options.numbers("size", "1024")) {
					measure(arena, sessions, size);
				}
			}
		}
	}

	private void measure(Arena arena, int wanted, int size) {
		int sessions = Math.min(wanted, MAX_UNDER_WAY / size);
		int inFlight = Math.max(1, Math.min(this.options.number("inflight", 4), MAX_UNDER_WAY / size / sessions));
		int connections = this.options.number("connections", Math.max(4, sessions / SESSIONS_PER_CONNECTION));
		List<Samples> all = arena.measure("/broadcast", sessions, connections, this.options.windows(),
				() -> new BroadcastLoad((count) -> new BroadcastRequest(count, size, this.compressed).text(), size,
						inFlight));
		String title = "Broadcast, %d B, %d in flight, to %,d sessions on %d connections (HTTP/1.1: a connection each)"
			.formatted(size, inFlight, sessions, connections);
		String file = "broadcast-" + wanted + "-" + size;
		if (this.compressed) {
			title += ", compressed";
			file += "-compressed";
		}
		if (this.options.has("tls")) {
			title += ", TLS";
			file += "-tls";
		}
		Report.messages(file, title + "; delays are until all sessions have a message", "delivery", "deliveries", all);
	}

}
