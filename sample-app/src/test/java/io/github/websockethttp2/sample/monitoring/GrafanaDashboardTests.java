package io.github.websockethttp2.sample.monitoring;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The dashboard is whole, and Grafana can show it. {@link PrometheusTests} runs its
 * queries.
 */
class GrafanaDashboardTests {

	private static final Pattern DOCUMENTED = Pattern
		.compile("(?m)^\\| `(websocket\\.(?:server|client|topic)\\.[a-z.]+)` \\|");

	/** What Micrometer appends for Prometheus: the unit, and what it is of the meter. */
	private static final String SUFFIX = "(_bytes|_seconds)?(_total|_count|_sum|_max)?";

	/** Meters that are not on the dashboard, and why. */
	private static final Map<String, String> LEFT_OUT = Map.of("websocket.server.message",
			"the observation of each message, which is off unless somebody debugs");

	private static final int COLUMNS = 24;

	private final GrafanaDashboard dashboard = GrafanaDashboard.read();

	@Test
	void idsAndTitlesAreUnique() {
		assertThat(this.dashboard.panels()).extracting((panel) -> panel.get("id").asInt()).doesNotHaveDuplicates();
		assertThat(this.dashboard.panels()).extracting((panel) -> panel.get("title").asString())
			.doesNotHaveDuplicates()
			.doesNotContain("");
		assertThat(this.dashboard.panels()).filteredOn((panel) -> panel.has("targets"))
			.allSatisfy((panel) -> assertThat(panel.get("targets").values())
				.extracting((target) -> target.get("refId").asString())
				.doesNotHaveDuplicates());
	}

	@Test
	void panelsSayWhatTheyShowAndFromWhere() {
		assertThat(this.dashboard.panels()).filteredOn((panel) -> !panel.get("type").asString().equals("row"))
			.allSatisfy((panel) -> {
				assertThat(panel.get("description").asString()).endsWith(".");
				assertThat(panel.get("targets").values()).isNotEmpty()
					.extracting((target) -> target.get("datasource").get("uid").asString())
					.containsOnly("${datasource}");
			});
	}

	@Test
	void panelsDoNotOverlap() {
		Set<String> taken = new HashSet<>();
		for (JsonNode panel : this.dashboard.panels()) {
			JsonNode place = panel.get("gridPos");
			int left = place.get("x").asInt();
			int top = place.get("y").asInt();
			assertThat(left + place.get("w").asInt()).isLessThanOrEqualTo(COLUMNS);
			for (int x = left; x < left + place.get("w").asInt(); x++) {
				for (int y = top; y < top + place.get("h").asInt(); y++) {
					assertThat(taken.add(x + " " + y)).as(panel.get("title").asString()).isTrue();
				}
			}
		}
	}

	@Test
	void variablesAreThere() {
		List<String> names = this.dashboard.variables().stream().map((each) -> each.get("name").asString()).toList();
		assertThat(names).containsExactly("datasource", "job", "instance", "uri");
		assertThat(this.dashboard.queries()).extracting(GrafanaDashboard.Query::expression)
			.noneMatch((expression) -> expression.contains("$"));
	}

	@Test
	void everyMeterOfTheDocumentationIsOnIt() throws IOException {
		List<String> shown = this.dashboard.queries().stream().flatMap((query) -> query.metrics().stream()).toList();
		Set<String> meters = documentedMeters();
		assertThat(meters).hasSizeGreaterThan(10)
			.filteredOn((meter) -> !LEFT_OUT.containsKey(meter))
			.allSatisfy((meter) -> assertThat(shown).as(meter)
				.anyMatch((metric) -> metric.matches(meter.replace('.', '_') + SUFFIX)));
		assertThat(meters).containsAll(LEFT_OUT.keySet());
	}

	private static Set<String> documentedMeters() throws IOException {
		Set<String> meters = new HashSet<>();
		try (Stream<Path> pages = Files.list(Path.of("..", "docs"))) {
			for (Path page : pages.filter((path) -> path.toString().endsWith(".md")).toList()) {
				DOCUMENTED.matcher(Files.readString(page)).results().map((row) -> row.group(1)).forEach(meters::add);
			}
		}
		return meters;
	}

}
