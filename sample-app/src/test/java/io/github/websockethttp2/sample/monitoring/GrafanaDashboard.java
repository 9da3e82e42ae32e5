package io.github.websockethttp2.sample.monitoring;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The dashboard of the documentation.
 *
 * @param json the model of Grafana
 */
record GrafanaDashboard(JsonNode json) {

	private static final Path FILE = Path.of("..", "docs", "grafana", "websockets.json");

	private static final Pattern METRIC = Pattern.compile("\\bwebsocket_\\w+");

	private static final Pattern LABEL_VALUES = Pattern.compile("label_values\\((.+), (\\w+)\\)");

	/** What Grafana puts in, with everything selected. */
	private static final Map<String, String> VALUES = Map.of("$job", "websockets", "$instance", ".*", "$uri", ".*",
			"$__rate_interval", "5m");

	static GrafanaDashboard read() {
		try {
			return new GrafanaDashboard(new JsonMapper().readTree(Files.readString(FILE)));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	List<JsonNode> panels() {
		return this.json.get("panels").values().stream().toList();
	}

	List<JsonNode> variables() {
		return this.json.get("templating").get("list").values().stream().toList();
	}

	/**
	 * Returns what Grafana asks Prometheus for, by panels and by the variables for their
	 * values.
	 */
	List<Query> queries() {
		Stream<Query> panels = panels().stream()
			.filter((panel) -> panel.has("targets"))
			.flatMap((panel) -> panel.get("targets")
				.values()
				.stream()
				.map((target) -> Query.of(panel.get("title").asString(), target.get("expr").asString())));
		Stream<Query> variables = variables().stream()
			.filter((variable) -> variable.get("type").asString().equals("query"))
			.map((variable) -> Query.of("$" + variable.get("name").asString(),
					LABEL_VALUES.matcher(variable.get("query").asString()).replaceFirst("group by ($2) ($1)")));
		return Stream.concat(panels, variables).toList();
	}

	/**
	 * A query.
	 *
	 * @param of the title of the panel, or the name of the variable
	 * @param expression the expression, without variables
	 */
	record Query(String of, String expression) {

		static Query of(String of, String expression) {
			String replaced = expression;
			for (Map.Entry<String, String> value : VALUES.entrySet()) {
				replaced = replaced.replace(value.getKey(), value.getValue());
			}
			return new Query(of, replaced);
		}

		List<String> metrics() {
			return METRIC.matcher(this.expression).results().map(MatchResult::group).toList();
		}

	}

}
