package io.github.websockethttp2.benchmarks.report;

import java.util.ArrayList;
import java.util.List;

/**
 * A table in Markdown. The first column is text, the others are figures.
 */
public final class Table {

	private final List<String> header;

	private final List<List<String>> rows = new ArrayList<>();

	/**
	 * Create a table.
	 * @param header what the columns are
	 */
	public Table(String... header) {
		this.header = List.of(header);
	}

	/**
	 * Adds a row.
	 * @param cells a text for each column
	 */
	public void add(String... cells) {
		this.rows.add(List.of(cells));
	}

	@Override
	public String toString() {
		StringBuilder markdown = new StringBuilder();
		line(markdown, this.header);
		markdown.append("|---").append("|---:".repeat(this.header.size() - 1)).append("|\n");
		this.rows.forEach((row) -> line(markdown, row));
		return markdown.toString();
	}

	private static void line(StringBuilder markdown, List<String> cells) {
		markdown.append("| ").append(String.join(" | ", cells)).append(" |\n");
	}

}
