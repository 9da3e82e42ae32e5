package io.github.websockethttp2.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where figures go: to the screen, and to files.
 */
final class Results {

	private Results() {
	}

	static Path directory() {
		return Path.of(System.getProperty("benchmark.results", "target/results")).toAbsolutePath();
	}

	static void write(String file, String content) {
		try {
			Files.createDirectories(directory());
			Files.writeString(directory().resolve(file), content);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
