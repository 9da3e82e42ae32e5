package io.github.websockethttp2.benchmarks;

import java.util.List;

import io.github.websockethttp2.benchmarks.load.EchoLoad;
import io.github.websockethttp2.benchmarks.load.Windows;

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
		List<Windows> all = this.options.list("windows", Windows.CHROMIUM).stream().map(Windows::of).toList();
		List<Contender> contenders = Contender.of(this.options.list("servers", Contender.ALL));
		try (Arena arena = new Arena(this.options, contenders)) {
			arena.leftOut().forEach(System.out::println);
			for (int size : this.options.numbers("size", "125")) {
				for (int inFlight : this.options.numbers("inflight", "8")) {
					all.forEach((windows) -> measure(arena, size, inFlight, windows));
				}
			}
		}
	}

	private void measure(Arena arena, int size, int inFlight, Windows windows) {
		int connections = this.options.number("connections", 4);
		int sessions = (int) Math.max(1,
				Math.min(this.options.number("sessions", 100), MAX_UNDER_WAY / ((long) size * inFlight)));
		boolean text = !this.options.text("type", "text").equals("binary");
		List<Samples> all = arena.measure("/echo", sessions, connections, windows,
				() -> EchoLoad.echo(text, size, inFlight));
		String title = "Echo, %d B, %d in flight, %d sessions on %d connections (HTTP/1.1: a connection each)"
			.formatted(size, inFlight, sessions, connections);
		String file = "echo-" + size + "-" + inFlight;
		if (this.options.has("tls")) {
			title += ", TLS";
			file += "-tls-" + this.options.text("tls", "");
		}
		if (!windows.name().equals(Windows.CHROMIUM)) {
			title += ", windows of " + windows.name();
			file += "-" + windows.name().replace('/', '-');
		}
		Report.messages(file, title, all);
	}

}
