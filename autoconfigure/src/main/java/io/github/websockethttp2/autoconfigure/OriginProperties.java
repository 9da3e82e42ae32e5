package io.github.websockethttp2.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import io.github.websockethttp2.handshake.SameOriginPolicy;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * Rejects origins that cannot be allowed, and says why.
 */
final class OriginProperties {

	private static final String PREFIX = "websocket.http2.";

	private static final String ANY = "*";

	private OriginProperties() {
	}

	static void check(List<String> origins, List<String> patterns) {
		List<String> any = (origins.contains(ANY) || patterns.contains(ANY)) ? List.of(ANY) : List.of();
		check("allowed-origins", origins, (entry) -> new SameOriginPolicy(with(any, entry), List.of()));
		check("allowed-origin-patterns", patterns, (entry) -> new SameOriginPolicy(any, List.of(entry)));
	}

	private static List<String> with(List<String> any, String entry) {
		List<String> entries = new ArrayList<>(any);
		entries.add(entry);
		return entries;
	}

	private static void check(String property, List<String> entries, Consumer<String> check) {
		for (String entry : entries) {
			try {
				check.accept(entry);
			}
			catch (IllegalArgumentException ex) {
				throw new InvalidConfigurationPropertyValueException(PREFIX + property, entry, ex.getMessage());
			}
		}
	}

}
