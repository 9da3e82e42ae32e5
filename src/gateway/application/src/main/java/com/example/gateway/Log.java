package com.example.gateway;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What goes to the console, to count the lines.
 */
class Log {

	private final PrintStream console = System.out;

	private final ByteArrayOutputStream written = new ByteArrayOutputStream();

	Log() {
		System.setOut(new PrintStream(this.written, true, StandardCharsets.UTF_8));
	}

	/**
	 * Returns the lines since the last call, and lets the console have them.
	 */
	List<String> lines() {
		String text = this.written.toString(StandardCharsets.UTF_8);
		this.written.reset();
		this.console.print(text);
		this.console.flush();
		return text.lines().toList();
	}

}
