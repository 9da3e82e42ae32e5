package io.github.websockethttp2.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The figures that {@code docs/conformance.md} publishes.
 */
final class Figures {

	private static final Path PAGE = Path.of("..", "docs", "conformance.md");

	private Figures() {
	}

	/**
	 * Prints a row of the page and asserts that it is there.
	 * @param suite what was run
	 * @param run how many cases were run
	 * @param passed how many of them passed
	 * @throws IOException if the page cannot be read
	 */
	static void publish(String suite, int run, int passed) throws IOException {
		String row = "| %s | %d | %d |".formatted(suite, run, passed);
		System.out.println(row);
		assertThat(Files.readAllLines(PAGE)).as("The figures in docs/conformance.md").contains(row);
	}

}
