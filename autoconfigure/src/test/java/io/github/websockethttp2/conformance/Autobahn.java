package io.github.websockethttp2.conformance;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The Autobahn test suite, as it is on Maven Central: how to run it and what it reports.
 */
final class Autobahn {

	private static final Path TOOLS = Path.of(System.getProperty("conformance.tools", ""));

	private static final Path REPORTS = Path.of("target", "autobahn").toAbsolutePath();

	private static final Set<String> PASSED = Set.of("OK", "NON-STRICT", "INFORMATIONAL");

	/** Sets RSV1, which means something where compression is agreed. */
	private static final List<String> WITH_A_MEANING = List.of("3.4");

	/**
	 * Messages of up to 16 MB and in thousands of pieces, which the suite takes minutes
	 * to compress. The client runs them without compression.
	 */
	private static final List<String> DEAR = List.of("9.*");

	private Autobahn() {
	}

	/**
	 * Makes the directory of a run, without the reports of an earlier one.
	 * @param name the name of the run
	 * @return the directory
	 * @throws IOException if it cannot be made
	 */
	static Path reports(String name) throws IOException {
		Path reports = Files.createDirectories(REPORTS.resolve(name));
		Files.deleteIfExists(reports.resolve("index.json"));
		return reports;
	}

	/**
	 * Writes what the suite is told, and returns how to run it.
	 * @param reports the directory of the run
	 * @param spec what this run is about
	 * @return the command
	 */
	static List<String> command(Path reports, Map<String, ?> spec) {
		Map<String, Object> whole = new TreeMap<>(spec);
		whole.putAll(Map.of("outdir", reports.toString(), "cases",
				List.of(System.getProperty("conformance.cases", "*").split(",")), "exclude-cases", List.of(),
				"exclude-agent-cases", Map.of("*, compressed", WITH_A_MEANING, "*, client, *, compressed", DEAR)));
		Path file = reports.resolve("spec.json");
		new JsonMapper().writeValue(file.toFile(), whole);
		String classPath = String.join(File.pathSeparator, TOOLS.resolve("jython-standalone.jar").toString(),
				TOOLS.resolve("autobahntestsuite-maven-plugin.jar").toString());
		return List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp", classPath,
				"-Dpython.cachedir.skip=true", "-Dpython.import.site=false", "org.python.util.jython",
				Path.of("src", "test", "resources", "conformance", "fuzzing.py").toAbsolutePath().toString(),
				file.toString());
	}

	/**
	 * Asserts that every case of an agent has passed, and publishes the figures.
	 * @param reports the directory of the run
	 * @param agent the agent
	 * @throws IOException if a report cannot be read
	 */
	static void verify(Path reports, String agent) throws IOException {
		JsonNode cases = new JsonMapper().readTree(reports.resolve("index.json").toFile()).get(agent);
		List<String> failures = new ArrayList<>();
		cases.properties().forEach((each) -> {
			String behavior = each.getValue().get("behavior").asString();
			String closing = each.getValue().get("behaviorClose").asString();
			if (!PASSED.contains(behavior) || !PASSED.contains(closing)) {
				failures.add(each.getKey() + ": " + behavior + ", closing: " + closing);
			}
		});
		assertThat(failures).as(agent + ", see " + reports).isEmpty();
		Figures.publish(agent, cases.size(), cases.size() - failures.size());
	}

}
