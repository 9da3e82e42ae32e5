package io.github.websockethttp2.benchmarks.server;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * A server in a process of its own.
 */
public final class ServerProcess implements AutoCloseable {

	private static final int TIMEOUT_SECONDS = 60;

	private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

	private final Process process;

	private final PrintStream input;

	private final int port;

	private ServerProcess(List<String> command) throws IOException {
		File log = File.createTempFile("benchmark-server", ".log");
		log.deleteOnExit();
		this.process = new ProcessBuilder(command).redirectError(log).start();
		this.input = new PrintStream(this.process.getOutputStream(), true, StandardCharsets.UTF_8);
		Thread reader = new Thread(this::read, "server-output");
		reader.setDaemon(true);
		reader.start();
		try {
			this.port = Integer.parseInt(answer());
		}
		catch (IllegalStateException ex) {
			close();
			throw new IllegalStateException(ex.getMessage() + ": " + Files.readString(log.toPath()), ex);
		}
	}

	/**
	 * Starts a server and waits until it listens.
	 * @param kind which one
	 * @param settings what it is told
	 * @param jvmArguments further arguments of its virtual machine, if it has one
	 * @return the server
	 */
	public static ServerProcess start(ServerKind kind, ServerSettings settings, List<String> jvmArguments) {
		List<String> command = (kind != ServerKind.NODE) ? java(kind, settings, jvmArguments)
				: NodeServer.command(settings, Path.of(System.getProperty("benchmark.node", "target/node")));
		try {
			return new ServerProcess(command);
		}
		catch (IOException ex) {
			throw new IllegalStateException(command.get(0) + " cannot be run", ex);
		}
	}

	private static List<String> java(ServerKind kind, ServerSettings settings, List<String> jvmArguments) {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(jvmArguments);
		command.addAll(settings.toArguments());
		command
			.addAll(List.of("-cp", classPath(kind), ServerMain.class.getName(), kind.name().toLowerCase(Locale.ROOT)));
		return command;
	}

	/**
	 * Leaves other servers out, as Spring decides by the class path what it runs on.
	 * @param kind the server
	 * @return its class path
	 */
	private static String classPath(ServerKind kind) {
		return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
			.filter((entry) -> kind == ServerKind.JETTY
					|| !Path.of(entry).getFileName().toString().startsWith("jetty-"))
			.collect(Collectors.joining(File.pathSeparator));
	}

	/**
	 * Returns where the server listens on the loopback interface.
	 * @return the port
	 */
	public int port() {
		return this.port;
	}

	/**
	 * Returns the processor time that the server has taken so far, of its own and of the
	 * kernel for it.
	 * @return the time
	 */
	public Duration cpu() {
		return this.process.info()
			.totalCpuDuration()
			.orElseThrow(() -> new IllegalStateException("The operating system does not tell the CPU time"));
	}

	/**
	 * Has the server collect its garbage.
	 * @return what is left
	 */
	public Memory memory() {
		this.input.println("memory");
		String[] answer = answer().split(" ");
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

	private String answer() {
		try {
			String answer = this.answers.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS);
			if (answer == null || answer.isEmpty()) {
				throw new IllegalStateException("The server has " + ((answer != null) ? "ended" : "said nothing"));
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
				if (line.startsWith(ServerMain.ANSWER)) {
					this.answers.add(line.substring(ServerMain.ANSWER.length()));
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
	 * What a server holds after a collection.
	 *
	 * @param heap bytes of its heap
	 * @param direct bytes of direct memory
	 * @param resident bytes that the operating system has given it
	 */
	public record Memory(long heap, long direct, long resident) {
	}

}
