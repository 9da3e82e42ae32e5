package io.github.websockethttp2.benchmarks;

import java.util.List;

import io.github.websockethttp2.benchmarks.load.PushLoad;

/**
 * Messages from the server, as fast as it can.
 */
final class PushBenchmark {

	private final Options options;

	PushBenchmark(Options options) {
		this.options = options;
	}

	void run() {
		List<Contender> contenders = Contender.of(this.options.list("servers", Contender.ALL));
		int size = this.options.number("size", 125);
		int count = this.options.number("count", 1000);
		int sessions = this.options.number("sessions", 100);
		int connections = this.options.number("connections", 4);
		try (Arena arena = new Arena(this.options, contenders)) {
			arena.leftOut().forEach(System.out::println);
			List<Samples> all = arena.measure("/push", sessions, connections, this.options.windows(),
					() -> new PushLoad(size, count));
			String title = "Push, %d B, %d sessions on %d connections (HTTP/1.1: a connection each)%s".formatted(size,
					sessions, connections, this.options.has("tls") ? ", TLS" : "");
			Report.messages("push-" + size, title + "; delays are of " + count + " messages", all);
		}
	}

}
