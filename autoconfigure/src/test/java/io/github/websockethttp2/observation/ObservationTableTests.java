package io.github.websockethttp2.observation;

import java.nio.file.Files;
import java.nio.file.Path;

import io.micrometer.common.docs.KeyName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The names and keys of observations are the same in the code and in the documentation.
 */
class ObservationTableTests {

	private static final String BEGIN = "<!-- observations -->";

	private static final String END = "<!-- /observations -->";

	@Test
	void pageHasTheTableOfTheCode() throws Exception {
		Path page = Path.of("..", "docs", "operating.md");
		String expected = BEGIN + "\n" + table() + END;
		assertThat(Files.readString(page))
			.withFailMessage("The table of observations in %s differs from the code. Replace it with%n%n%s%n",
					page.toAbsolutePath().normalize(), expected)
			.contains(expected);
	}

	private static String table() {
		StringBuilder table = new StringBuilder("| observation | key | where | value |\n|---|---|---|---|\n");
		for (WebSocketObservation observation : WebSocketObservation.values()) {
			append(table, observation, "traces and meters", observation.getLowCardinalityKeyNames());
			append(table, observation, "traces", observation.getHighCardinalityKeyNames());
		}
		return table.toString();
	}

	private static void append(StringBuilder table, WebSocketObservation observation, String where, KeyName... keys) {
		for (KeyName key : keys) {
			table.append("| `%s` | `%s` | %s | %s |%n".formatted(observation.getName(), key.asString(), where,
					((WebSocketKey) key).description()));
		}
	}

}
