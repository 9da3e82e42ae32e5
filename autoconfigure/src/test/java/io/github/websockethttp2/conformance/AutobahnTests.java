package io.github.websockethttp2.conformance;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

import io.github.websockethttp2.proxy.ProxyProcess;
import io.github.websockethttp2.testsupport.TestServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The Autobahn test suite, as it is on Maven Central: over HTTP/1.1, and over HTTP/2
 * through HAProxy, each with and without compression.
 */
@EnabledIfSystemProperty(named = "conformance.tools", matches = ".+", disabledReason = "mvn verify -Pconformance")
class AutobahnTests {

	private static final Path TOOLS = Path.of(System.getProperty("conformance.tools", ""));

	private static final Path REPORTS = Path.of("target", "autobahn").toAbsolutePath();

	private static final Duration TIMEOUT = Duration.ofMinutes(20);

	private static final Set<String> PASSED = Set.of("OK", "NON-STRICT", "INFORMATIONAL");

	/** Sets RSV1, which means something where compression is agreed. */
	private static final List<String> WITH_A_MEANING = List.of("3.4");

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
			Path reports = REPORTS.resolve(name);
			Files.createDirectories(reports);
			Files.deleteIfExists(reports.resolve("index.json"));
			Path spec = reports.resolve("spec.json");
			new JsonMapper().writeValue(spec.toFile(),
					Map.of("outdir", reports.toString(), "servers", agents.stream().map(Agent::toSpec).toList(),
							"cases", List.of(System.getProperty("conformance.cases", "*")), "exclude-cases", List.of(),
							"exclude-agent-cases", Map.of("*, compressed", WITH_A_MEANING)));
			String classPath = String.join(File.pathSeparator, TOOLS.resolve("jython-standalone.jar").toString(),
					TOOLS.resolve("autobahntestsuite-maven-plugin.jar").toString());
			Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
					"-cp", classPath, "-Dpython.cachedir.skip=true", "-Dpython.import.site=false",
					"org.python.util.jython",
					Path.of("src", "test", "resources", "conformance", "fuzzing_client.py").toAbsolutePath().toString(),
					spec.toString())
				.redirectErrorStream(true)
				.redirectOutput(reports.resolve("output.log").toFile())
				.start();
			return new Run(agents, process, reports);
		}

		void verify() throws Exception {
			assertThat(this.process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).as("Finished in time").isTrue();
			JsonNode index = new JsonMapper().readTree(this.reports.resolve("index.json").toFile());
			for (Agent agent : this.agents) {
				List<String> failures = new ArrayList<>();
				JsonNode cases = index.get(agent.name());
				cases.properties().forEach((each) -> {
					String behavior = each.getValue().get("behavior").asString();
					String closing = each.getValue().get("behaviorClose").asString();
					if (!PASSED.contains(behavior) || !PASSED.contains(closing)) {
						failures.add(each.getKey() + ": " + behavior + ", closing: " + closing);
					}
				});
				assertThat(failures).as(agent.name() + ", see " + this.reports).isEmpty();
				Figures.publish(agent.name(), cases.size(), cases.size() - failures.size());
			}
		}

	}

}
