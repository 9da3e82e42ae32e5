package io.github.websockethttp2.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

import io.github.websockethttp2.proxy.ProxyProcess;
import io.github.websockethttp2.testsupport.TestServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The Autobahn test suite, as it is on Maven Central: over HTTP/1.1, and over HTTP/2
 * through HAProxy, each with and without compression.
 */
@EnabledIfSystemProperty(named = "conformance.tools", matches = ".+", disabledReason = "mvn verify -Pconformance")
class AutobahnTests {

	private static final Duration TIMEOUT = Duration.ofMinutes(20);

	@TempDir
	Path directory;

	@Test
	void everyCasePasses() throws Exception {
		try (TestServer server = ConformanceServer.start(false);
				TestServer compressing = ConformanceServer.start(true);
				ProxyProcess proxy = ProxyProcess.haproxy(subdirectory("plain"), server.port());
				ProxyProcess compressingProxy = ProxyProcess.haproxy(subdirectory("compressing"), compressing.port())) {
			Run direct = Run.start("direct", List.of(new Agent("Autobahn, HTTP/1.1", server.port(), null),
					new Agent("Autobahn, HTTP/1.1, compressed", compressing.port(), 0)));
			Run proxied = Run.start("proxied", List.of(new Agent("Autobahn, HTTP/2", proxy.port(), null),
					new Agent("Autobahn, HTTP/2, compressed", compressingProxy.port(), 9)));
			try {
				direct.verify();
				proxied.verify();
			}
			finally {
				direct.process.destroyForcibly();
				proxied.process.destroyForcibly();
			}
		}
	}

	private Path subdirectory(String name) throws IOException {
		return Files.createDirectory(this.directory.resolve(name));
	}

	/**
	 * A server as the suite sees it.
	 *
	 * @param name its name in the report
	 * @param port its port
	 * @param windowBits the window that compressed messages may refer back to, 0 for any,
	 * or {@code null} for no compression
	 */
	private record Agent(String name, int port, Integer windowBits) {

		Map<String, Object> toSpec() {
			Map<String, Object> spec = new TreeMap<>(
					Map.of("agent", this.name, "url", "ws://127.0.0.1:" + this.port + ConformanceServer.ECHO));
			if (this.windowBits != null) {
				spec.putAll(Map.of("compress", true, "windowBits", this.windowBits));
			}
			return spec;
		}

	}

	/**
	 * The suite in a process of its own.
	 *
	 * @param agents what it tests
	 * @param process the process
	 * @param reports where it reports
	 */
	private record Run(List<Agent> agents, Process process, Path reports) {

		static Run start(String name, List<Agent> agents) throws IOException {
			Path reports = Autobahn.reports(name);
			Process process = new ProcessBuilder(
					Autobahn.command(reports, Map.of("servers", agents.stream().map(Agent::toSpec).toList())))
				.redirectErrorStream(true)
				.redirectOutput(reports.resolve("output.log").toFile())
				.start();
			return new Run(agents, process, reports);
		}

		void verify() throws Exception {
			assertThat(this.process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).as("Finished in time").isTrue();
			for (Agent agent : this.agents) {
				Autobahn.verify(this.reports, agent.name());
			}
		}

	}

}
