package io.github.websockethttp2.benchmarks;

import java.util.List;

import io.github.websockethttp2.benchmarks.load.EchoLoad;

/**
 * Messages that come back.
 */
final class EchoBenchmark {

	/** So much of payload is under way at most, over all sessions. */
	private static final int MAX_UNDER_WAY = 64 * 1024 * 1024;

	private final Options options;

	EchoBenchmark(Options options) {
		this.options = options;
	}

	void run() {
		List<Contender> contenders = Contender.of(this.options.list("servers", Contender.ALL));
		try (Arena arena = new Arena(this.options, contenders)) {
			arena.leftOut().forEach(System.out::println);
			for (int size : this.options.numbers("size", "125")) {
				for (int inFlight : this.options.numbers("inflight", "8")) {
					measure(arena, size, inFlight);
				}
			}
		}
	}

	private void measure(Arena arena, int size, int inFlight) {
		int connections = this.options.number("connections", 4);
		int sessions = (int) Math.max(1,
				Math.min(this.options.number("sessions", 100), MAX_UNDER_WAY / ((long) size * inFlight)));
		boolean text = !this.options.text("type", "text").equals("binary");
		List<Samples> all = arena.measure("/echo", sessions, connections, () -> EchoLoad.echo(text, size, inFlight));
		String title = "Echo, %d B, %d in flight, %d sessions on %d connections (HTTP/1.1: a connection each)%s"
			.formatted(size, inFlight, sessions, connections, this.options.has("tls") ? ", TLS" : "");
		String suffix = this.options.has("tls") ? "-tls-" + this.options.text("tls", "") : "";
		Report.messages("echo-" + size + "-" + inFlight + suffix, title, all);
	}

}
