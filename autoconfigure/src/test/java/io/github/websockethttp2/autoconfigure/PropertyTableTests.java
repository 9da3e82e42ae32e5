package io.github.websockethttp2.autoconfigure;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.util.ReflectionUtils;
import org.springframework.util.StringUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The properties are the same in the code, in the metadata that editors show, and in the
 * table of the README.
 */
class PropertyTableTests {

	private static final String BEGIN = "<!-- properties -->";

	private static final String END = "<!-- /properties -->";

	@Test
	void readmeHasTheTableOfTheMetadata() throws Exception {
		Path readme = Path.of("..", "README.md");
		String expected = BEGIN + "\n" + table() + END;
		assertThat(Files.readString(readme))
			.withFailMessage("The property table of %s differs from the metadata. Replace it with%n%n%s%n",
					readme.toAbsolutePath().normalize(), expected)
			.contains(expected);
	}

	@Test
	void metadataHasEveryProperty() throws Exception {
		assertThat(metadata()).extracting(Property::name).containsExactlyElementsOf(bound().keySet());
	}

	@ParameterizedTest
	@MethodSource("metadata")
	void propertyIsDescribedInSentences(Property property) {
		assertThat(property.description()).as(property.name()).isNotNull().endsWith(".").matches("(?s)[A-Z].*");
	}

	@ParameterizedTest
	@MethodSource("metadata")
	void defaultIsThatOfTheCode(Property property) throws Exception {
		Object bound = bound().get(property.name());
		if (property.defaultValue().isEmpty()) {
			assertThat(bound).as(property.name()).isIn(null, List.of());
			// The description has to tell what happens then
			assertThat(property.description() + property.type()).containsAnyOf("efault", "java.util.List");
		}
		else {
			assertThat(bound).as(property.name()).isNotNull();
			String plain = (bound instanceof Collection<?> many) ? StringUtils.collectionToCommaDelimitedString(many)
					: null;
			assertThat((plain != null) ? plain
					: ApplicationConversionService.getSharedInstance()
						.convert(property.defaultValue(), bound.getClass()))
				.as(property.name())
				.isEqualTo((plain != null) ? property.defaultValue() : bound);
		}
	}

	/**
	 * What the README has to have between its markers.
	 */
	private static String table() throws Exception {
		StringBuilder table = new StringBuilder("| property | default | description |\n|---|---|---|\n");
		for (Property property : metadata()) {
			String defaultValue = (!property.defaultValue().isEmpty()) ? "`" + property.defaultValue() + "`" : "";
			table.append("| `%s` | %s | %s |%n".formatted(property.name(), defaultValue,
					property.description().replace("|", "\\|").replace("*", "\\*")));
		}
		return table.toString();
	}

	/**
	 * Properties as the build has written them down, in the order of their names.
	 */
	static List<Property> metadata() throws IOException, URISyntaxException {
		return metadata("properties").stream()
			.map(Property::of)
			.filter((property) -> property.name().startsWith("websocket."))
			.sorted(Comparator.comparing(Property::name))
			.toList();
	}

	@SuppressWarnings("unchecked")
	private static List<Map<String, Object>> metadata(String kind) throws IOException, URISyntaxException {
		Path classes = Path
			.of(WebSocketHttp2Properties.class.getProtectionDomain().getCodeSource().getLocation().toURI());
		String json = Files.readString(classes.resolve("META-INF/spring-configuration-metadata.json"));
		return (List<Map<String, Object>>) JsonParserFactory.getJsonParser().parseMap(json).get(kind);
	}

	/**
	 * Values by property when nothing is set.
	 */
	private static Map<String, Object> bound() throws Exception {
		Map<String, Object> values = new TreeMap<>();
		for (Map<String, Object> group : metadata("groups")) {
			String prefix = (String) group.get("name");
			// Boot has the properties of endpoints
			if (!group.containsKey("sourceMethod") && prefix.startsWith("websocket.")) {
				Object properties = new Binder(new MapConfigurationPropertySource()).bindOrCreate(prefix,
						Class.forName((String) group.get("type")));
				collect(prefix + ".", properties, values);
			}
		}
		return values;
	}

	private static void collect(String prefix, Object properties, Map<String, Object> values) {
		for (RecordComponent component : properties.getClass().getRecordComponents()) {
			String name = prefix + component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
			ReflectionUtils.makeAccessible(component.getAccessor());
			Object value = ReflectionUtils.invokeMethod(component.getAccessor(), properties);
			if (value instanceof Record nested) {
				collect(name + ".", nested, values);
			}
			else {
				values.put(name, value);
			}
		}
	}

	record Property(String name, String type, String description, String defaultValue) {

		static Property of(Map<String, Object> json) {
			Object defaultValue = json.get("defaultValue");
			if (defaultValue instanceof List<?> list) {
				defaultValue = list.stream().map(Object::toString).collect(Collectors.joining(","));
			}
			return new Property((String) json.get("name"), (String) json.get("type"), (String) json.get("description"),
					(defaultValue != null) ? defaultValue.toString() : "");
		}

		@Override
		public String toString() {
			return this.name;
		}

	}

}
