package io.github.websockethttp2.docs;

import java.io.StringReader;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.xml.parsers.DocumentBuilderFactory;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.websockethttp2.actuate.SessionPage;
import io.github.websockethttp2.actuate.WebSocketsDescriptor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/**
 * Every fenced block of the pages is compiled, bound or looked up, whatever its language
 * allows. What can be run is run by {@link SnippetsRunTests} and
 * {@link ProxySnippetsTests}.
 */
class SnippetTests {

	/** What {@link SnippetsRunTests} and {@link ProxySnippetsTests} run. */
	private static final List<String> RUN = List.of("openssl req", "nghttpx --frontend");

	private static final String MEASURES = "it takes minutes; the tests in benchmarks run such commands for a second";

	/** What is not run, and why. */
	private static final Map<String, String> NOT_RUN = Map.ofEntries(Map.entry("mvn verify", "this test is part of it"),
			Map.entry("mvn verify -Pconformance", ".ci/run runs it, as it takes minutes"),
			Map.entry("mvn -DskipTests -pl starter -am install",
					"it writes to the local repository of whoever runs the tests"),
			Map.entry("mvn -DskipTests -pl sample-app -am package spring-boot:run",
					"it runs until it is stopped; SampleApplicationTests starts the application"),
			Map.entry("mvn -DskipTests -pl sample-app -am package", "it is part of the build"),
			Map.entry("sample-app/cluster", "it runs until it is stopped; ClusterTests of the sample starts the same"),
			Map.entry(".ci/run", "it runs this test"),
			Map.entry("mvn versions:set -DnewVersion=0.1.0 -DgenerateBackupPoms=false", "it changes the sources"),
			Map.entry("RELEASE_KEY=you@example.com src/release/run", ".ci/run rehearses it without a key"),
			Map.entry("MATRIX_STARTER=target/release src/matrix/run", ".ci/run runs it, as it takes minutes"),
			Map.entry(
					"benchmarks/run echo --servers ours:h2,ours+noleak:h2 --size 125,16384 --inflight 1,8,64 --rounds 9",
					MEASURES),
			Map.entry(
					"benchmarks/run echo --servers ours:h2,ours+xmx512:h2,ours+xmx512+lowmemory-off:h2 --size 125,16384 --rounds 9",
					MEASURES),
			Map.entry(
					"benchmarks/run echo --servers ours:h2,ours+tcnative:h2 --tls jdk --size 125,1024,16384 --rounds 9",
					MEASURES),
			Map.entry(
					"benchmarks/run echo --servers ours:h2,ours+jdk25:h2,ours+jdk25+unsafe:h2 --size 125,16384 --rounds 9",
					MEASURES),
			Map.entry(
					"benchmarks/run echo --servers loop,netty,ours:h2,armeria:h2 --size 16384 --windows chromium,node,curl,haproxy --rounds 9",
					MEASURES));

	/** Text that no program reads, and what keeps it true. */
	private static final Map<String, String> TEXTS = Map.of("WebSocket over HTTP/2 is on: ",
			"SnippetsRunTests.startsWithTheLineOfTheGuide", "2 × connection-window-size", "HeldMemoryTests",
			"Expected text ", "TestingPageTests of starter-test",
			"127.0.0.1 - - [27/Nov/2026:00:12:41 +0000] \"CONNECT /rooms/one HTTP/2.0\" 200", "AccessLogTests");

	/**
	 * TestingPageTests of starter-test runs its Java, for which this module is too low.
	 */
	private static final String TESTING = "docs/testing.md";

	private static final Pattern COORDINATES = Pattern.compile("['\"]([^'\":]+):([^'\":]+):([^'\":]+)['\"]");

	private static final String GATEWAY = "spring.cloud.gateway.";

	private static final String REDIS = "spring.data.redis.";

	private static final String TOPICS_REDIS = "websocket.http2.topics.redis.";

	@ParameterizedTest
	@MethodSource("snippets")
	void snippetHolds(Snippet snippet) throws Exception {
		String text = snippet.text();
		switch (snippet.language()) {
			case "java" -> {
				if (!snippet.page().equals(TESTING)) {
					JavaSnippets.compile(snippet);
				}
			}
			case "xml" -> assertDependency(text);
			case "groovy" -> assertCoordinates(text);
			case "properties" -> assertProperties(text);
			case "json" -> assertAnswer(text);
			case "shell" -> assertThat(text.replaceAll("\\\\\n\\s*", "").lines())
				.allMatch((command) -> NOT_RUN.containsKey(command) || RUN.stream().anyMatch(command::startsWith));
			case "text" -> assertThat(TEXTS.keySet()).anyMatch(text::startsWith);
			case "kotlin", "javascript", "console", "haproxy", "nginx" -> {
				// Those tests take every block in these
			}
			case "apache" -> assertThat(text).as("Debian 12 has no Apache that takes WebSockets by HTTP/2")
				.contains("upgrade=websocket");
			default -> fail("Nobody checks blocks in '" + snippet.language() + "'");
		}
	}

	@Test
	void everyExceptionIsNeeded() {
		String all = String.join("\n", Snippet.all().stream().map(Snippet::text).toList());
		assertThat(NOT_RUN.keySet()).allMatch((command) -> all.contains(command + "\n"));
		assertThat(TEXTS.keySet()).allMatch(all::contains);
		assertThat(RUN).allMatch(all::contains);
	}

	static List<Snippet> snippets() {
		return Snippet.all();
	}

	private static void assertDependency(String text) throws Exception {
		Element dependency = xml(text);
		assertThat(dependency.getTagName()).isEqualTo("dependency");
		assertOurs(child(dependency, "groupId"), child(dependency, "artifactId"), child(dependency, "version"));
	}

	private static void assertCoordinates(String text) throws Exception {
		Matcher matcher = COORDINATES.matcher(text);
		assertThat(matcher.find()).isTrue();
		assertOurs(matcher.group(1), matcher.group(2), matcher.group(3));
	}

	private static void assertOurs(String groupId, String artifactId, String version) throws Exception {
		Element starter = xml(Pages.read("starter/pom.xml"));
		Element test = xml(Pages.read("starter-test/pom.xml"));
		Element redis = xml(Pages.read("topics-redis/pom.xml"));
		Element parent = (Element) starter.getElementsByTagName("parent").item(0);
		assertThat(groupId).isEqualTo(child(parent, "groupId"));
		assertThat(version).isEqualTo(child(parent, "version"));
		assertThat(artifactId).isIn(child(starter, "artifactId"), child(test, "artifactId"),
				child(redis, "artifactId"));
	}

	private static Element xml(String text) throws Exception {
		return DocumentBuilderFactory.newInstance()
			.newDocumentBuilder()
			.parse(new InputSource(new StringReader(text)))
			.getDocumentElement();
	}

	private static String child(Element element, String name) {
		for (int i = 0; i < element.getChildNodes().getLength(); i++) {
			if (element.getChildNodes().item(i).getNodeName().equals(name)) {
				return element.getChildNodes().item(i).getTextContent();
			}
		}
		return fail("No " + name + " in " + element.getTagName());
	}

	/**
	 * What the endpoint answers has these fields and no others.
	 */
	private static void assertAnswer(String text) {
		JsonMapper mapper = JsonMapper.builder()
			.enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
			.changeDefaultPropertyInclusion((inclusion) -> JsonInclude.Value.construct(JsonInclude.Include.NON_NULL,
					JsonInclude.Include.NON_NULL))
			.build();
		Class<?> type = (text.contains("\"diagnosis\"")) ? WebSocketsDescriptor.class : SessionPage.class;
		JsonNode answer = mapper.valueToTree(mapper.readValue(text, type));
		assertThat(mapper.readTree(text)).isEqualTo(mapper.readTree(answer.toString()));
	}

	private static void assertProperties(String text) throws Exception {
		Properties properties = new Properties();
		properties.load(new StringReader(text));
		PropertyNames known = new PropertyNames();
		for (String name : properties.stringPropertyNames()) {
			String value = properties.getProperty(name);
			if (name.startsWith(GATEWAY)) {
				// Not on the class path. src/gateway/run runs with the same
				assertThat(Pages.read("src/gateway/application/src/main/resources/application-gateway.properties"))
					.contains(name + "=");
				continue;
			}
			if (name.startsWith(REDIS)) {
				// Spring Boot's, but not on the class path of this module
				assertThat(Pages
					.read("topics-redis/src/test/java/io/github/websockethttp2/topics/redis/TopicsRedisPageTests.java"))
					.contains(name);
				continue;
			}
			if (name.startsWith(TOPICS_REDIS)) {
				// The same tests hold that the table has the properties of that module
				assertThat(Pages.read("docs/topics-redis.md")).contains("| `" + name + "` |");
				continue;
			}
			assertThat(known.contains(name)).as(name).isTrue();
			known.bind(name, value);
			if (name.equals("spring.autoconfigure.exclude")) {
				assertThat(ClassUtils.isPresent(value, null)).as(value).isTrue();
			}
		}
	}

}
