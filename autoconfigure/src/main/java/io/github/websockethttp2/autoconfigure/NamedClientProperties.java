package io.github.websockethttp2.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.PropertySourcesPlaceholdersResolver;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.Environment;

/**
 * The properties of a client that has a name, with those of the clients without a name
 * below all of them, wherever either are set.
 */
final class NamedClientProperties {

	private NamedClientProperties() {
	}

	static WebSocketHttp2ClientProperties of(Environment environment, String name) {
		List<String> prefixes = prefixes(name);
		prefixes.add(WebSocketHttp2ClientProperties.PREFIX);
		List<ConfigurationPropertySource> sources = new ArrayList<>();
		for (String prefix : prefixes) {
			ConfigurationPropertySources.get(environment).forEach((source) -> sources.add(source.withPrefix(prefix)));
		}
		return new Binder(sources, new PropertySourcesPlaceholdersResolver(environment)).bindOrCreate("",
				Bindable.of(WebSocketHttp2ClientProperties.class));
	}

	/**
	 * Returns where properties of a name are. One that is not in the form of a property
	 * has come from between brackets, or is matched without what is not a letter or a
	 * digit.
	 */
	private static List<String> prefixes(String name) {
		List<String> prefixes = new ArrayList<>();
		if (ConfigurationPropertyName.isValid(name) && name.indexOf('.') == -1) {
			prefixes.add(WebSocketHttp2ClientProperties.NAMED + "." + name);
			return prefixes;
		}
		prefixes.add(WebSocketHttp2ClientProperties.NAMED + "[" + name + "]");
		String uniform = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
		if (!uniform.isEmpty() && name.indexOf('.') == -1) {
			prefixes.add(WebSocketHttp2ClientProperties.NAMED + "." + uniform);
		}
		return prefixes;
	}

}
