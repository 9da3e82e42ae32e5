package io.github.websockethttp2.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the pages name is there: properties, tests, files, profiles, and what they link
 * to.
 */
class ReferenceTests {

	private static final Pattern LINK = Pattern.compile("]\\((?!https:)([^)#]*)(?:#([^)]*))?\\)");

	private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");

	private static final Pattern PROPERTY = Pattern
		.compile("`((?:websocket|server|spring|management|logging)\\.[a-z0-9.\\-\\[\\]]+\\*?)(?:=[^`]*)?`");

	private static final Pattern SHORT_PROPERTY = Pattern.compile("`(\\.[a-z0-9-]+)`");

	private static final Pattern TEST = Pattern.compile("`([A-Z]\\w+Tests)`");

	private static final Pattern FILE = Pattern.compile("`((?:src(?!/main)|docs|benchmarks|\\.ci)/[^` ]+)[^`]*`");

	private static final Pattern PROFILE = Pattern.compile("mvn [^`\n]*-P(\\w+)");

	/**
	 * Not in the metadata that is on the class path: Spring's own, the gateway's, those
	 * of starter-test and topics-redis, keys and packages.
	 */
	private static final Pattern FOREIGN = Pattern.compile(
			"spring\\.(aot\\.enabled|cloud\\.gateway\\..*|test\\.websocket\\..*|data\\.redis\\..*)|websocket\\.http2\\.topics\\.redis\\..*|management\\.health\\.websocketTopics\\..*|websocket\\.(server|client|session|message|topic)\\..*|logging\\.level\\..*|server\\.(http2|foreign)");

	@ParameterizedTest
	@MethodSource("pages")
	void linksLeadSomewhere(String page) {
		found(LINK, page).forEach((link) -> {
			Path file = Pages.ROOT.resolve(page);
			file = (link.group(1).isEmpty()) ? file : file.resolveSibling(link.group(1));
			assertThat(file).exists();
			if (link.group(2) != null) {
				assertThat(anchors(file)).contains(link.group(2));
			}
		});
	}

	@ParameterizedTest
	@MethodSource("pages")
	void propertiesAreKnown(String page) throws IOException {
		PropertyNames known = new PropertyNames();
		assertThat(names(PROPERTY, page)).filteredOn((name) -> !FOREIGN.matcher(name).matches())
			.allSatisfy((name) -> assertThat(known.contains(name)).as(name).isTrue());
		assertThat(names(SHORT_PROPERTY, page)).allSatisfy((name) -> assertThat(known.endsWith(name)).isTrue());
	}

	@ParameterizedTest
	@MethodSource("pages")
	void testsAreThere(String page) throws IOException {
		try (Stream<Path> own = Files.walk(Pages.ROOT.resolve("autoconfigure/src/test"));
				Stream<Path> redis = Files.walk(Pages.ROOT.resolve("topics-redis/src/test"))) {
			Set<String> tests = Stream.concat(own, redis)
				.map((file) -> file.getFileName().toString())
				.filter((name) -> name.endsWith("Tests.java"))
				.map((name) -> name.substring(0, name.length() - ".java".length()))
				.collect(Collectors.toSet());
			assertThat(names(TEST, page)).allMatch(tests::contains);
		}
	}

	@ParameterizedTest
	@MethodSource("pages")
	void filesAreThere(String page) {
		assertThat(names(FILE, page)).allSatisfy((name) -> assertThat(Pages.ROOT.resolve(name)).exists());
	}

	@ParameterizedTest
	@MethodSource("pages")
	void profilesAreThere(String page) {
		String poms = Pages.read("pom.xml") + Pages.read("autoconfigure/pom.xml");
		assertThat(names(PROFILE, page))
			.allSatisfy((name) -> assertThat(poms.contains("<id>" + name + "</id>")).as(name).isTrue());
	}

	static List<String> pages() {
		return Pages.all();
	}

	private static Stream<MatchResult> found(Pattern pattern, String page) {
		return pattern.matcher(Pages.read(page)).results();
	}

	private static List<String> names(Pattern pattern, String page) {
		return found(pattern, page).map((result) -> result.group(1)).toList();
	}

	/** As GitHub makes them. */
	private static List<String> anchors(Path file) {
		return found(HEADING, Pages.ROOT.relativize(file.normalize()).toString()).map(
				(heading) -> heading.group(1).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9 _-]", "").replace(' ', '-'))
			.toList();
	}

}
