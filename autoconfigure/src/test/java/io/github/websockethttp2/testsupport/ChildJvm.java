package io.github.websockethttp2.testsupport;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A process that runs a main class of the tests, is talked to line by line, and can be
 * killed.
 */
public final class ChildJvm implements AutoCloseable {

	/** What a line starts with that is meant for the test and not for a log. */
	private static final String PREFIX = "to test: ";

	private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

	private final StringBuffer output = new StringBuffer();

	private final Process process;

	private final PrintStream input;

	private ChildJvm(Process process) {
		this.process = process;
		this.input = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
		Thread reader = new Thread(this::read, "test-child-jvm");
		reader.setDaemon(true);
		reader.start();
	}

	/**
	 * Starts a process.
	 * @param mainClass the class to run
	 * @param arguments the arguments of its main method
	 * @return the process
	 */
	public static ChildJvm start(Class<?> mainClass, String... arguments) {
		return start(List.of(), mainClass, arguments);
	}

	/**
	 * Starts a process.
	 * @param options options of its virtual machine
	 * @param mainClass the class to run
	 * @param arguments the arguments of its main method
	 * @return the process
	 */
	public static ChildJvm start(List<String> options, Class<?> mainClass, String... arguments) {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(options);
		command.add("-Dtest.timeout=" + Waiting.TIMEOUT.toMillis() + "ms");
		command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass.getName()));
		command.addAll(List.of(arguments));
		try {
			return new ChildJvm(new ProcessBuilder(command).redirectErrorStream(true).start());
		}
		catch (IOException ex) {
			throw new AssertionError("Cannot start " + command, ex);
		}
	}

	/**
	 * Called in the process: sends a line to the test.
	 * @param line the line
	 */
	public static void tell(String line) {
		System.out.println(PREFIX + line);
	}

	/**
	 * Waits for the next line that the process tells.
	 * @return the line
	 */
	public String awaitLine() {
		try {
			String line = this.lines.poll(Waiting.LONG_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
			if (line == null) {
				throw new AssertionError("The process has said nothing to the test, but:\n" + this.output);
			}
			return line;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new AssertionError("Interrupted", ex);
		}
	}

	/**
	 * Sends a line to the process and waits for its answer.
	 * @param line the line
	 * @return the answer
	 */
	public String ask(String line) {
		this.input.println(line);
		return awaitLine();
	}

	/**
	 * Ends the process as {@code kill -9} does.
	 */
	public void kill() {
		this.process.destroyForcibly();
	}

	@Override
	public void close() {
		kill();
	}

	private void read() {
		try (BufferedReader reader = this.process.inputReader()) {
			String line = reader.readLine();
			while (line != null) {
				this.output.append(line).append('\n');
				if (line.startsWith(PREFIX)) {
					this.lines.add(line.substring(PREFIX.length()));
				}
				line = reader.readLine();
			}
		}
		catch (IOException ex) {
			// The process was killed
		}
	}

}
