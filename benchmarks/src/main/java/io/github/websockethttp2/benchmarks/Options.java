package io.github.websockethttp2.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.websockethttp2.benchmarks.load.Windows;

/**
 * What was asked for on the command line: {@code --name value}, or {@code --name} alone.
 */
final class Options {

	private final Map<String, String> values = new HashMap<>();

	private Options() {
	}

	static Options parse(List<String> arguments) {
		Options options = new Options();
		List<String> left = new ArrayList<>(arguments);
		while (!left.isEmpty()) {
			String name = left.remove(0);
			if (!name.startsWith("--")) {
				throw new IllegalArgumentException("An option begins with --: " + name);
			}
			boolean alone = left.isEmpty() || left.get(0).startsWith("--");
			options.values.put(name.substring(2), alone ? "true" : left.remove(0));
		}
		return options;
	}

	boolean has(String name) {
		return this.values.containsKey(name);
	}

	String text(String name, String defaultValue) {
		return this.values.getOrDefault(name, defaultValue);
	}

	int number(String name, int defaultValue) {
		return Integer.parseInt(text(name, String.valueOf(defaultValue)));
	}

	List<String> list(String name, String defaultValue) {
		return Arrays.asList(text(name, defaultValue).split(","));
	}

	Windows windows() {
		return Windows.of(text("windows", Windows.CHROMIUM));
	}

	List<Integer> numbers(String name, String defaultValue) {
		return list(name, defaultValue).stream().map(Integer::valueOf).toList();
	}

	/**
	 * Returns the same options where some were not given.
	 * @param defaults names and values
	 * @return the options
	 */
	Options withDefaults(Map<String, String> defaults) {
		Options options = new Options();
		options.values.putAll(defaults);
		options.values.putAll(this.values);
		return options;
	}

}
