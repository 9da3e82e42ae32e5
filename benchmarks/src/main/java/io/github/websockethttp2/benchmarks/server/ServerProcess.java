package io.github.websockethttp2.benchmarks.server;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

import io.github.websockethttp2.benchmarks.process.Jvm;
import io.github.websockethttp2.benchmarks.process.MeasuredProcess;

/**
 * A server in a process of its own.
 */
public final class ServerProcess implements AutoCloseable {

	private final MeasuredProcess process;

	private final int port;

	private ServerProcess(List<String> command) {
		this.process = new MeasuredProcess(command);
		this.port = Integer.parseInt(this.process.greeting());
	}

	/**
	 * Starts a server and waits until it listens.
	 * @param kind which one
	 * @param settings what it is told
	 * @param jvm what it runs on, if it is written in Java
	 * @return the server
	 */
	public static ServerProcess start(ServerKind kind, ServerSettings settings, Jvm jvm) {
		List<String> command = (kind != ServerKind.NODE) ? java(kind, settings, jvm)
				: NodeServer.command(settings, Path.of(System.getProperty("benchmark.node", "target/node")));
		return new ServerProcess(command);
	}

	private static List<String> java(ServerKind kind, ServerSettings settings, Jvm jvm) {
		List<String> command = jvm.command();
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
		return this.process.cpu();
	}

	/**
	 * Has the server collect its garbage.
	 * @return what is left
	 */
	public MeasuredProcess.Memory memory() {
		return this.process.memory();
	}

	@Override
	public void close() {
		this.process.close();
	}

}
