package io.github.websockethttp2.benchmarks.process;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * A process that is measured, as it is seen from outside.
 */
public final class MeasuredProcess implements AutoCloseable {

	private static final Duration TIMEOUT = Duration.ofMinutes(3);

	private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

	private final Process process;

	private final PrintStream input;

	private final String greeting;

	/**
	 * Start a process, and wait until it is ready.
	 * @param command the program and its arguments
	 */
	public MeasuredProcess(List<String> command) {
		try {
			File log = File.createTempFile("benchmark", ".log");
			log.deleteOnExit();
			this.process = new ProcessBuilder(command).redirectError(log).start();
			this.input = new PrintStream(this.process.getOutputStream(), true, StandardCharsets.UTF_8);
			Thread reader = new Thread(this::read, "process-output");
			reader.setDaemon(true);
			reader.start();
			this.greeting = greeting(log.toPath());
		}
		catch (IOException ex) {
			throw new IllegalStateException(command.get(0) + " cannot be run", ex);
		}
	}

	private String greeting(Path log) throws IOException {
		try {
			return answer(TIMEOUT);
		}
		catch (IllegalStateException ex) {
			close();
			throw new IllegalStateException(ex.getMessage() + ": " + Files.readString(log), ex);
		}
	}

	/**
	 * Returns what the process said when it was ready.
	 * @return its first line
	 */
	public String greeting() {
		return this.greeting;
	}

	/**
	 * Has the process do something.
	 * @param line what
	 * @param timeout how long that may take
	 * @return what it answers
	 */
	public String ask(String line, Duration timeout) {
		this.input.println(line);
		return answer(timeout);
	}

	/**
	 * Returns the processor time that the process has taken so far, of its own and of the
	 * kernel for it.
	 * @return the time
	 */
	public Duration cpu() {
		return this.process.info()
			.totalCpuDuration()
			.orElseThrow(() -> new IllegalStateException("The operating system does not tell the CPU time"));
	}

	/**
	 * Has the process collect its garbage.
	 * @return what is left
	 */
	public Memory memory() {
		String[] answer = ask(MeasuredMain.MEMORY, TIMEOUT).split(" ");
		return new Memory(Long.parseLong(answer[0]), Long.parseLong(answer[1]), residentBytes());
	}

	private long residentBytes() {
		try {
			return Files.readAllLines(Path.of("/proc/" + this.process.pid() + "/status"))
				.stream()
				.filter((line) -> line.startsWith("VmRSS:"))
				.mapToLong((line) -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
				.findFirst()
				.orElse(0);
		}
		catch (IOException ex) {
			return 0;
		}
	}

	private String answer(Duration timeout) {
		try {
			String answer = this.answers.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
			if (answer == null || answer.isEmpty()) {
				throw new IllegalStateException("The process has " + ((answer != null) ? "ended" : "said nothing"));
			}
			return answer;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted", ex);
		}
	}

	private void read() {
		try (BufferedReader reader = this.process.inputReader()) {
			@Nullable String line = reader.readLine();
			while (line != null) {
				if (line.startsWith(MeasuredMain.ANSWER)) {
					this.answers.add(line.substring(MeasuredMain.ANSWER.length()));
				}
				else {
					System.err.println(line);
				}
				line = reader.readLine();
			}
		}
		catch (IOException ex) {
			// The process was ended
		}
		this.answers.add("");
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
	}

	/**
	 * What a process holds after a collection.
	 *
	 * @param heap bytes of its heap
	 * @param direct bytes of direct memory
	 * @param resident bytes that the operating system has given it
	 */
	public record Memory(long heap, long direct, long resident) {
	}

}
