package io.github.websockethttp2.topics.redis;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.junit.jupiter.api.Test;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.data.redis.autoconfigure.DataRedisProperties;
import org.springframework.boot.json.JsonParserFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page has the properties that the metadata has, and such as Spring Boot has.
 */
class TopicsRedisPageTests {

	private static final Path PAGE = Path.of("../docs/topics-redis.md");

	@Test
	@SuppressWarnings("unchecked")
	void tableHasEachPropertyWithItsDefaultAndDescription() throws IOException {
		String page = Files.readString(PAGE);
		Map<String, Object> metadata;
		try (InputStream stream = Objects.requireNonNull(
				TopicsRedisProperties.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json"))) {
			metadata = JsonParserFactory.getJsonParser()
				.parseMap(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
		}
		List<Map<String, Object>> properties = ((List<Map<String, Object>>) metadata.get("properties")).stream()
			.filter((property) -> property.get("name").toString().startsWith("websocket.http2.topics.redis."))
			.toList();
		assertThat(properties).hasSize(5)
			.allSatisfy((property) -> assertThat(page).contains("| `" + property.get("name") + "` | `"
					+ property.get("defaultValue") + "` | " + property.get("description") + " |\n"));
	}

	@Test
	void hostIsAPropertyOfSpringBoot() throws IOException {
		String name = "spring.data.redis.host";
		assertThat(Files.readString(PAGE)).contains(name + "=redis.example.com\n");
		Binder binder = new Binder(new MapConfigurationPropertySource(Map.of(name, "redis.example.com")));
		assertThat(binder.bind("spring.data.redis", DataRedisProperties.class).get().getHost())
			.isEqualTo("redis.example.com");
	}

}
