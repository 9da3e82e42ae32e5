package io.github.websockethttp2.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The pages of the documentation, by their paths from the root of the project.
 */
final class Pages {

	static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

	private Pages() {
	}

	static List<String> all() {
		try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
			Stream<String> names = docs.map((page) -> "docs/" + page.getFileName())
				.filter((page) -> page.endsWith(".md"));
			return Stream.concat(Stream.of("README.md", "CONTRIBUTING.md"), names.sorted()).toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static String read(String page) {
		try {
			return Files.readString(ROOT.resolve(page));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
