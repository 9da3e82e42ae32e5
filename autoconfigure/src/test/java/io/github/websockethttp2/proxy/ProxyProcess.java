package io.github.websockethttp2.proxy;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;

/**
 * A proxy, or a server by others, on a port of its own, run as a child process for a
 * test.
 */
public final class ProxyProcess implements AutoCloseable {

	/** Carries all streams to the server on shared HTTP/2 connections. */
	private static final String HAPROXY = """
			global
			    nbthread 2
			defaults
			    mode http
			    timeout connect 5s
			    timeout client 30s
			    timeout server 30s
			    timeout tunnel %s
			    http-reuse always
			frontend web
			    bind 127.0.0.1:%d
			    default_backend application
			backend application
			    server s 127.0.0.1:%d %s ws h2
			""";

	/** Where Debian keeps servers, which is not on everybody's path. */
	private static final List<String> SERVER_DIRECTORIES = List.of("/usr/local/sbin", "/usr/sbin");

	private final Process process;

	private final int port;

	private final Path log;

	private ProxyProcess(Process process, int port, Path log) {
		this.process = process;
		this.port = port;
		this.log = log;
	}

	/**
	 * Skips the test where a proxy is not installed.
	 * @param name the name of its program
	 * @param debianPackage the package that it is part of
	 * @return the program
	 */
	public static Path program(String name, String debianPackage) {
		Stream<String> directories = Stream.concat(Stream.of(System.getenv("PATH").split(File.pathSeparator)),
				SERVER_DIRECTORIES.stream());
		Path program = directories.map((directory) -> Path.of(directory, name))
			.filter(Files::isExecutable)
			.findFirst()
			.orElse(null);
		Assumptions.assumeTrue(program != null,
				name + " is not installed; on Debian and Ubuntu: apt-get install " + debianPackage);
		return program;
	}

	/**
	 * Runs HAProxy, or skips the test where it is not installed.
	 * @param directory an empty directory
	 * @param serverPort the port of the server that it talks HTTP/2 to
	 * @return the running proxy
	 */
	public static ProxyProcess haproxy(Path directory, int serverPort) {
		return haproxy(directory, serverPort, Transport.H2C, "1h");
	}

	static ProxyProcess haproxy(Path directory, int serverPort, Transport backend, String tunnelTimeout) {
		Path haproxy = program("haproxy", "haproxy");
		String protocol = (backend.isTls()) ? "ssl verify none alpn h2" : "proto h2";
		return start(directory, (workingDirectory, port) -> {
			Path file = Files.writeString(workingDirectory.resolve("haproxy.cfg"),
					HAPROXY.formatted(tunnelTimeout, port, serverPort, protocol));
			return List.of(haproxy.toString(), "-db", "-f", file.toString());
		});
	}

	/**
	 * Runs a proxy and waits until it accepts connections.
	 * @param directory an empty directory
	 * @param launch how to run it
	 * @return the running proxy
	 */
	public static ProxyProcess start(Path directory, Launch launch) {
		try {
			int port = freePort();
			Path log = directory.resolve("proxy.log");
			Process process = new ProcessBuilder(launch.command(directory, port)).directory(directory.toFile())
				.redirectErrorStream(true)
				.redirectOutput(log.toFile())
				.start();
			ProxyProcess proxy = new ProxyProcess(process, port, log);
			proxy.awaitListening();
			return proxy;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Returns where the proxy listens.
	 * @return a port on the loopback interface
	 */
	public int port() {
		return this.port;
	}

	/**
	 * Returns what the proxy has written to its output.
	 * @return the output
	 */
	public String log() {
		try {
			return Files.readString(this.log, StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Ends the proxy as {@code kill -9} does.
	 */
	void kill() {
		processes().forEach(ProcessHandle::destroyForcibly);
	}

	private List<ProcessHandle> processes() {
		List<ProcessHandle> processes = new ArrayList<>(this.process.descendants().toList());
		processes.add(this.process.toHandle());
		return processes;
	}

	@Override
	public void close() {
		List<ProcessHandle> processes = processes();
		processes.forEach(ProcessHandle::destroy);
		try {
			this.process.waitFor(Waiting.TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		processes.forEach(ProcessHandle::destroyForcibly);
	}

	private void awaitListening() {
		try {
			Awaitility.await()
				.atMost(Waiting.LONG_TIMEOUT)
				.pollDelay(Duration.ZERO)
				.pollInterval(Duration.ofMillis(10))
				.until(() -> !this.process.isAlive() || isListening());
		}
		finally {
			if (!this.process.isAlive() || !isListening()) {
				close();
				throw new AssertionError("The proxy does not listen on port " + this.port + ": " + log());
			}
		}
	}

	private boolean isListening() {
		try (Socket socket = new Socket()) {
			socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), this.port),
					(int) Waiting.TIMEOUT.toMillis());
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
	}

	/**
	 * How to run a proxy.
	 */
	public interface Launch {

		/**
		 * Writes the configuration and returns the command.
		 * @param directory where files may be written
		 * @param port where the proxy shall listen
		 * @return the command
		 * @throws IOException if a file cannot be written
		 */
		List<String> command(Path directory, int port) throws IOException;

	}

}
