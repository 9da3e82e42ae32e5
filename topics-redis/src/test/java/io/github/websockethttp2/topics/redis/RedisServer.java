package io.github.websockethttp2.topics.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

import org.springframework.util.FileSystemUtils;

/**
 * A real {@code redis-server} on a port of its own, which can be killed, stalled and
 * started again on the same port.
 */
final class RedisServer implements AutoCloseable {

	private static final Path PROGRAM = Path.of("/usr/bin/redis-server");

	private final int port;

	private final Path directory;

	private final List<String> options;

	private @Nullable Process process;

	private RedisServer(List<String> options) {
		Assumptions.assumeTrue(Files.isExecutable(PROGRAM), "apt-get install redis-server");
		this.options = options;
		this.port = freePort();
		try {
			this.directory = Files.createTempDirectory("redis");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Returns a server that is not started.
	 */
	static RedisServer absent(String... options) {
		return new RedisServer(List.of(options));
	}

	static RedisServer started(String... options) {
		RedisServer server = absent(options);
		server.start();
		return server;
	}

	/**
	 * Starts one that is a node of a cluster. Without the option, its bus has a port that
	 * is higher by 10,000, which may be more than there are.
	 */
	static RedisServer startedNode(String... options) {
		return started(Stream
			.concat(Stream.of("--cluster-enabled", "yes", "--cluster-port", String.valueOf(freePort())),
					Stream.of(options))
			.toArray(String[]::new));
	}

	private static int freePort() {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	int port() {
		return this.port;
	}

	boolean isRunning() {
		return this.process != null && this.process.isAlive();
	}

	void start() {
		List<String> command = new ArrayList<>(List.of(PROGRAM.toString(), "--port", String.valueOf(this.port),
				"--bind", "127.0.0.1", "--dir", this.directory.toString(), "--save", ""));
		command.addAll(this.options);
		try {
			this.process = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(this.directory.resolve("log").toFile())
				.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		Awaitility.await().ignoreExceptions().until(() -> command("PING").startsWith("+PONG"));
	}

	/**
	 * Sends a command on a connection of its own.
	 * @return the beginning of the answer
	 */
	String command(String line) {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), this.port)) {
			socket.setSoTimeout(5_000);
			socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
			byte[] answer = new byte[16_384];
			int length = socket.getInputStream().read(answer);
			return new String(answer, 0, Math.max(length, 0), StandardCharsets.US_ASCII);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * As {@code kill -9} does.
	 */
	void kill() {
		Process process = this.process;
		if (process != null) {
			process.destroyForcibly();
			join(process);
		}
	}

	/**
	 * It keeps its connections, and does nothing until it is resumed.
	 */
	void stall() {
		signal("STOP");
	}

	void resume() {
		signal("CONT");
	}

	private void signal(String name) {
		Process process = this.process;
		if (process == null) {
			throw new IllegalStateException("Not started");
		}
		try {
			join(new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void join(Process process) {
		try {
			if (!process.waitFor(10, TimeUnit.SECONDS)) {
				throw new AssertionError("Awaited in vain: the end of " + process.info());
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new AssertionError("Interrupted", ex);
		}
	}

	@Override
	public void close() {
		kill();
		try {
			FileSystemUtils.deleteRecursively(this.directory);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
