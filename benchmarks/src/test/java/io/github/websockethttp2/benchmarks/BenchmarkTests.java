package io.github.websockethttp2.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every benchmark runs to its end, against real servers, and leaves what it is to leave.
 * What it measures in a second is not looked at.
 */
class BenchmarkTests {

	private static final String FEW = "--sessions 8 --connections 2 --warmup 1 --seconds 1 --rounds 1 ";

	@TempDir
	Path results;

	@BeforeEach
	void redirectResults() {
		System.setProperty("benchmark.results", this.results.toString());
	}

	@AfterEach
	void restoreResults() {
		System.clearProperty("benchmark.results");
	}

	@Test
	void echo() throws IOException {
		run((options) -> new EchoBenchmark(options).run(),
				FEW + "--servers loop,netty,ours,metered:h2,webflux:h2,armeria:h2,jetty:h2 --size 16384 --inflight 2");
		assertPublished("echo-16384-2", "hand-written loop, HTTP/2", "bare Netty frame loop, HTTP/2",
				"WebFlux with the starter, HTTP/2", "WebFlux with the starter, HTTP/1.1",
				"WebFlux with the starter and meters, HTTP/2", "WebFlux without it, HTTP/2", "Armeria, HTTP/2",
				"Jetty, HTTP/2");
	}

	@Test
	void echoWithinWindowsOfClients() throws IOException {
		run((options) -> new EchoBenchmark(options).run(),
				FEW + "--servers loop,netty,ours:h2 --size 65536 --windows node,haproxy,70000/100000");
		for (String name : List.of("node", "haproxy", "70000-100000")) {
			assertPublished("echo-65536-8-" + name, "hand-written loop, HTTP/2", "bare Netty frame loop, HTTP/2",
					"WebFlux with the starter, HTTP/2");
		}
	}

	@Test
	void echoInVariants() throws IOException {
		run((options) -> new EchoBenchmark(options).run(), FEW
				+ "--servers loop,loop+noleak,ours+xmx512+lowmemory-off:h2,loop+tcnative,loop+jdk25 --tls jdk --java25 "
				+ System.getProperty("java.home"));
		assertPublished("echo-125-8-tls-jdk", "hand-written loop, HTTP/2",
				"hand-written loop, no leak detection, HTTP/2",
				"WebFlux with the starter, 512 MB of heap, low-memory mode off, HTTP/2",
				"hand-written loop, native TLS, HTTP/2", "hand-written loop, Java 25, HTTP/2");
	}

	@Test
	void leavesOutWhatCannotRun() throws IOException {
		run((options) -> new EchoBenchmark(options).run(), FEW + "--servers loop,loop+jdk25 --java25 ./missing");
		assertThat(table("echo-125-8")).contains("hand-written loop").doesNotContain("Java 25");
	}

	@Test
	void push() throws IOException {
		run((options) -> new PushBenchmark(options).run(), FEW + "--servers loop,ours");
		assertPublished("push-125", "hand-written loop, HTTP/2", "WebFlux with the starter, HTTP/2",
				"WebFlux with the starter, HTTP/1.1");
	}

	@Test
	void broadcast() throws IOException {
		run((options) -> new BroadcastBenchmark(options).run(), FEW + "--servers loop,netty,topic,sink,webflux:h1");
		assertPublished("broadcast-8-1024", "hand-written loop, HTTP/2", "bare Netty frame loop, HTTP/2",
				"topic of the starter, HTTP/2", "topic of the starter, HTTP/1.1", "sink with the starter, HTTP/2",
				"sink with the starter, HTTP/1.1", "WebFlux without it, HTTP/1.1");
	}

	@Test
	void broadcastCompressed() throws IOException {
		run((options) -> new BroadcastBenchmark(options).run(),
				FEW + "--servers loop,netty,topic,sink:h2 --size 65536 --compressed");
		assertPublished("broadcast-8-65536-compressed", "hand-written loop, HTTP/2", "bare Netty frame loop, HTTP/2",
				"topic of the starter, HTTP/2", "topic of the starter, HTTP/1.1", "sink with the starter, HTTP/2");
	}

	@Test
	void idle() throws IOException {
		run((options) -> new IdleBenchmark(options).run(), FEW + "--servers loop,ours:h2");
		assertPublished("idle", "hand-written loop, HTTP/2", "WebFlux with the starter, HTTP/2");
	}

	@Test
	void open() throws IOException {
		run((options) -> new OpenBenchmark(options).run(), FEW + "--servers ours --tls jdk");
		assertPublished("open-tls", "WebFlux with the starter, HTTP/2", "WebFlux with the starter, HTTP/1.1");
	}

	@Test
	void upload() throws IOException {
		run((options) -> new UploadBenchmark(options).run(),
				"--warmup 1 --seconds 1 --rounds 1 --servers loop,ours:h2 --sessions 2 --delay 1");
		assertPublished("upload-2", "hand-written loop, HTTP/2", "WebFlux with the starter, HTTP/2");
	}

	@Test
	void tail() throws IOException {
		run((options) -> new TailBenchmark(options).run(), "--warmup 1 --seconds 1 --servers ours:h2");
		assertThat(table("tail")).contains("on the same connection");
	}

	@Test
	void alternatives() throws IOException {
		run((options) -> new AlternativesBenchmark(options).run(),
				"--warmup 1 --seconds 1 --rounds 1 --subscribers 8 --connections 2");
		assertPublished("alternatives", "WebSocket", "server-sent events", "long polling");
	}

	@Test
	void client() throws IOException {
		run((options) -> new ClientBenchmark(options).run(),
				"--warmup 0 --seconds 1 --rounds 1 --sockets 8 --sessions 8 --clients ours,spring:h2");
		for (String name : List.of("client-8", "client-8-tls", "client-echo", "client-echo-tls")) {
			assertPublished(name, "Http2WebSocketClient, HTTP/2", "Http2WebSocketClient, HTTP/1.1",
					"ReactorNettyWebSocketClient, HTTP/2");
		}
	}

	@Test
	void million() throws IOException {
		run((options) -> new MillionBenchmark(options).run(), "--sessions 1000 --connections 10 --heap 256m");
		assertThat(table("million")).contains("| answers | 1,000 |");
	}

	@Test
	void scaling() throws IOException {
		run((options) -> new ScalingBenchmark(options).run(),
				"--cores 16 --memory 48 --gbit 25 --sockets 100 --life 60");
		assertThat(table("scaling")).contains("16 cores, 48 GB for sessions and 25 Gbit/s, sessions of 60 s, 100 a");
	}

	@Test
	void storm() throws IOException {
		run((options) -> new StormBenchmark(options).run(), "--seed 1");
		for (String name : List.of("clients", "openings", "servers", "shutdowns", "guesses", "seconds")) {
			assertThat(table("storm-" + name)).contains("|");
		}
	}

	private static void run(Consumer<Options> benchmark, String options) {
		benchmark.accept(Options.parse(List.of(options.trim().split(" "))));
	}

	private String table(String name) throws IOException {
		return Files.readString(this.results.resolve(name + ".md"));
	}

	private void assertPublished(String name, String... rows) throws IOException {
		assertThat(table(name)).contains(rows);
		assertThat(this.results.resolve(name + ".svg")).content().startsWith("<svg").endsWith("</svg>\n");
	}

}
