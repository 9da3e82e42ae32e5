package io.github.websockethttp2.docs;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ClassUtils;

/**
 * What the metadata on the class path has, ours and Spring Boot's.
 */
final class PropertyNames {

	private final List<Map<String, Object>> groups = new ArrayList<>();

	private final List<Map<String, Object>> properties = new ArrayList<>();

	PropertyNames() throws IOException {
		List<URL> all = Collections
			.list(getClass().getClassLoader().getResources("META-INF/spring-configuration-metadata.json"));
		for (URL url : all) {
			try (InputStream stream = url.openStream()) {
				Map<String, Object> json = JsonParserFactory.getJsonParser()
					.parseMap(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
				this.groups.addAll(list(json, "groups"));
				this.properties.addAll(list(json, "properties"));
			}
		}
	}

	/**
	 * Returns whether there is a property of a name, or some below it if it ends with
	 * {@code .*}.
	 */
	boolean contains(String name) {
		if (name.endsWith(".*")) {
			String prefix = name.substring(0, name.length() - 1);
			return this.properties.stream().anyMatch((property) -> name(property).startsWith(prefix));
		}
		return this.properties.stream()
			.filter((property) -> !property.containsKey("deprecated") && !property.containsKey("deprecation"))
			.anyMatch((property) -> name.equals(name(property)) || (isMany(property)
					&& (name.startsWith(name(property) + ".") || name.startsWith(name(property) + "["))));
	}

	/**
	 * Returns whether one of our properties ends like this.
	 */
	boolean endsWith(String name) {
		return this.properties.stream()
			.anyMatch((property) -> name(property).startsWith("websocket.") && name(property).endsWith(name));
	}

	/**
	 * Binds a property to what an application has it in. Fails if nothing takes it.
	 */
	void bind(String name, String value) {
		ConfigurationPropertySource source = new MapConfigurationPropertySource(Map.of(name, value));
		Map<String, Object> group = null;
		for (Map<String, Object> candidate : this.groups) {
			boolean better = name.startsWith(name(candidate) + ".") && isBound(candidate)
					&& (group == null || name(candidate).length() > name(group).length());
			group = (better) ? candidate : group;
		}
		if (group != null) {
			new Binder(source).bind(name(group), Bindable.of(type(group)),
					new NoUnboundElementsBindHandler(BindHandler.DEFAULT, (other) -> true));
		}
	}

	private static boolean isBound(Map<String, Object> group) {
		return !group.containsKey("sourceMethod")
				&& AnnotatedElementUtils.hasAnnotation(type(group), ConfigurationProperties.class);
	}

	private static Class<?> type(Map<String, Object> group) {
		return ClassUtils.resolveClassName((String) group.get("type"), null);
	}

	private static boolean isMany(Map<String, Object> property) {
		String type = (String) property.get("type");
		return type != null && (type.startsWith("java.util.") || type.endsWith("[]"));
	}

	private static String name(Map<String, Object> json) {
		return (String) json.get("name");
	}

	@SuppressWarnings("unchecked")
	private static List<Map<String, Object>> list(Map<String, Object> json, String kind) {
		return (List<Map<String, Object>>) json.getOrDefault(kind, List.of());
	}

}
