package io.github.websockethttp2.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A fenced block of a page.
 *
 * @param page the page that it is on
 * @param line the number of its first line
 * @param language what stands behind the fence, and may be empty
 * @param text what is between the fences
 */
record Snippet(String page, int line, String language, String text) {

	private static final Pattern FENCED = Pattern.compile("(?ms)^( *)```(.*?)\n(.*?)^ *```$");

	static List<Snippet> all() {
		return Pages.all().stream().flatMap(Snippet::of).toList();
	}

	static List<Snippet> in(String language) {
		return all().stream().filter((snippet) -> snippet.language.equals(language)).toList();
	}

	/**
	 * Returns a block that a test is about.
	 * @param page the page that it is on
	 * @param language its language
	 * @param contained what it contains, and no other block of the language on that page
	 * @return the block
	 */
	static Snippet find(String page, String language, String contained) {
		List<Snippet> found = of(page).filter((snippet) -> snippet.language.equals(language))
			.filter((snippet) -> snippet.text.contains(contained))
			.toList();
		if (found.size() != 1) {
			throw new AssertionError("Blocks of " + page + " in " + language + " with '" + contained + "': " + found);
		}
		return found.get(0);
	}

	/**
	 * Creates a directory for what becomes of blocks.
	 * @return an empty directory
	 * @throws IOException if it cannot be created
	 */
	static Path newDirectory() throws IOException {
		return Files.createTempDirectory(Files.createDirectories(Path.of("target", "snippets")), "").toAbsolutePath();
	}

	private static Stream<Snippet> of(String page) {
		String content = Pages.read(page);
		Matcher matcher = FENCED.matcher(content);
		return matcher.results().map((block) -> {
			int line = 2 + (int) content.substring(0, block.start()).lines().count();
			String text = block.group(3).replaceAll("(?m)^" + block.group(1), "");
			return new Snippet(page, line, block.group(2).strip(), text);
		});
	}

	@Override
	public String toString() {
		return this.page + ":" + this.line + " " + this.language;
	}

}
