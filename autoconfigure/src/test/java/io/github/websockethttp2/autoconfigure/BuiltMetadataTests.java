package io.github.websockethttp2.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Properties;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.core.io.UrlResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the build writes for editors and for Spring Boot itself, besides the properties
 * (see {@link PropertyTableTests}).
 */
class BuiltMetadataTests {

	private static final String ADDITIONAL = "src/main/resources/META-INF/additional-spring-configuration-metadata.json";

	@ParameterizedTest
	@MethodSource("groups")
	void groupIsDescribedInSentences(Map<String, Object> group) {
		assertThat(group.get("description")).as("Description of the group %s, to be set in %s", group, ADDITIONAL)
			.asString()
			.matches("(?s)[A-Z].*\\.");
	}

	/** One that has no type is of no class: its name is wrong in the additional file. */
	@ParameterizedTest
	@MethodSource("groups")
	void groupIsOfAClass(Map<String, Object> group) {
		assertThat(group).as("Group, see %s", ADDITIONAL).containsKey("sourceType");
	}

	@ParameterizedTest
	@MethodSource("hints")
	void hintIsForAProperty(Map<String, Object> hint) throws IOException {
		assertThat(metadata("properties")).extracting((property) -> property.get("name")).contains(hint.get("name"));
	}

	@ParameterizedTest
	@MethodSource("hints")
	void valueOfAHintIsDescribed(Map<String, Object> hint) {
		assertThat(list(hint.get("values"))).isNotEmpty()
			.allSatisfy((value) -> assertThat(value.get("description")).asString().matches("[A-Z].*\\."));
	}

	/** Where a description names a value with a meaning of its own, editors offer it. */
	@Test
	void valuesOfTheirOwnMeaningAreHinted() throws IOException {
		assertThat(metadata("hints")).extracting((hint) -> hint.get("name"))
			.contains("websocket.http2.allowed-origins", "websocket.http2.heartbeat.interval",
					"websocket.http2.shutdown.spread");
	}

	/** Boot sorts and filters by these without loading a class. */
	@Test
	void everyAutoConfigurationIsProcessed() throws IOException {
		Properties processed = new Properties();
		try (InputStream stream = resource("META-INF/spring-autoconfigure-metadata.properties")) {
			processed.load(stream);
		}
		ImportCandidates own = ImportCandidates.load(AutoConfiguration.class, null);
		assertThat(own).filteredOn((name) -> name.startsWith("io.github.websockethttp2."))
			.isNotEmpty()
			.allSatisfy((name) -> assertThat(processed).containsKey(name));
	}

	static List<Map<String, Object>> groups() throws IOException {
		return metadata("groups");
	}

	static List<Map<String, Object>> hints() throws IOException {
		return metadata("hints");
	}

	private static List<Map<String, Object>> metadata(String kind) throws IOException {
		try (InputStream stream = resource("META-INF/spring-configuration-metadata.json")) {
			String json = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
			return list(JsonParserFactory.getJsonParser().parseMap(json).get(kind));
		}
	}

	/** A resource of ours: others on the class path have the same names. */
	private static InputStream resource(String name) throws IOException {
		String root = WebSocketHttp2Properties.class.getProtectionDomain().getCodeSource().getLocation().toString();
		return new UrlResource(root + name).getInputStream();
	}

	@SuppressWarnings("unchecked")
	private static List<Map<String, Object>> list(Object value) {
		return (List<Map<String, Object>>) value;
	}

}
