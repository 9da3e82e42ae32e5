package io.github.websockethttp2.sample.monitoring;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The alerts of the documentation pass their own tests, which are promtool's.
 * {@link PrometheusTests} evaluates them with the meters of the sample.
 */
class AlertRulesTests {

	@ParameterizedTest
	@ValueSource(strings = { "check config prometheus.yml", "check rules --lint-fatal websockets.rules.yml",
			"test rules websockets.rules.test.yml" })
	void promtoolIsContent(String arguments, @TempDir Path directory) throws Exception {
		Path output = directory.resolve("output");
		Process process = new ProcessBuilder((Prometheus.program("promtool") + " " + arguments).split(" "))
			.directory(Prometheus.DOCUMENTATION.toFile())
			.redirectErrorStream(true)
			.redirectOutput(output.toFile())
			.start();
		try {
			assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
		}
		finally {
			process.destroyForcibly();
		}
		assertThat(process.exitValue()).as(Files.readString(output)).isZero();
	}

	@Test
	void testsLetEachAlertFireAndNotFire() throws IOException {
		String tests = read("websockets.rules.test.yml");
		Set<String> alerts = names("- alert: (\\w+)", read("websockets.rules.yml"));
		assertThat(alerts).hasSizeGreaterThan(5)
			.isEqualTo(names("- alertname: (\\w+)\n +eval_time: \\w+\n +exp_alerts: \\[]", tests))
			.isEqualTo(names("- alertname: (\\w+)\n +eval_time: \\w+\n +exp_alerts:\n +- exp_labels", tests));
	}

	private static String read(String name) throws IOException {
		return Files.readString(Prometheus.DOCUMENTATION.resolve(name));
	}

	private static Set<String> names(String regex, String text) {
		return Pattern.compile(regex)
			.matcher(text)
			.results()
			.map((result) -> result.group(1))
			.collect(Collectors.toSet());
	}

}
