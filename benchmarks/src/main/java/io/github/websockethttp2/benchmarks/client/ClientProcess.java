package io.github.websockethttp2.benchmarks.client;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

import io.github.websockethttp2.benchmarks.process.Jvm;
import io.github.websockethttp2.benchmarks.process.MeasuredProcess;

/**
 * A client in a process of its own. A new client is made for each time that sockets are
 * opened, so that it has no connections then.
 */
public final class ClientProcess implements AutoCloseable {

	private static final Duration TIMEOUT = Duration.ofMinutes(15);

	private final MeasuredProcess process;

	private ClientProcess(MeasuredProcess process) {
		this.process = process;
	}

	/**
	 * Starts a client.
	 * @param kind which one
	 * @param http2 whether it is to speak HTTP/2, and not HTTP/1.1
	 * @param tls whether over TLS
	 * @param port where the server listens on the loopback interface
	 * @param jvm what it runs on
	 * @return the client
	 */
	public static ClientProcess start(ClientKind kind, boolean http2, boolean tls, int port, Jvm jvm) {
		List<String> command = jvm.command();
		command.addAll(List.of("-cp", System.getProperty("java.class.path"), ClientMain.class.getName(),
				kind.name().toLowerCase(Locale.ROOT), String.valueOf(http2), String.valueOf(tls),
				String.valueOf(port)));
		return new ClientProcess(new MeasuredProcess(command));
	}

	/**
	 * Opens sockets on which nothing happens, and waits for all of them.
	 * @param count how many
	 * @param burst how many are under way at a time
	 */
	public void open(int count, int burst) {
		ask("open " + count + " " + burst);
	}

	/**
	 * Opens sockets on which a message is sent back as often as it comes.
	 * @param count how many
	 * @param size bytes of a message
	 * @param inFlight messages on a socket
	 */
	public void echo(int count, int size, int inFlight) {
		ask("echo " + count + " " + size + " " + inFlight);
	}

	/**
	 * Returns how many messages have come since the sockets were opened.
	 * @return the number
	 */
	public long messages() {
		return ask("messages");
	}

	/**
	 * Returns how many sockets have failed, and were opened again.
	 * @return the number
	 */
	public long failures() {
		return ask("failures");
	}

	/**
	 * Returns how many TCP connections there are.
	 * @return the number
	 */
	public long connections() {
		return ask("connections");
	}

	/**
	 * Closes the sockets that are open, and waits for their ends.
	 */
	public void closeSockets() {
		ask("close");
	}

	/**
	 * Returns the processor time that the client has taken so far.
	 * @return the time
	 */
	public Duration cpu() {
		return this.process.cpu();
	}

	/**
	 * Has the client collect its garbage.
	 * @return what is left
	 */
	public MeasuredProcess.Memory memory() {
		return this.process.memory();
	}

	private long ask(String line) {
		String answer = this.process.ask(line, TIMEOUT);
		if (answer.startsWith(ClientMain.ERROR)) {
			throw new IllegalStateException(answer.substring(ClientMain.ERROR.length()));
		}
		return Long.parseLong(answer);
	}

	@Override
	public void close() {
		this.process.close();
	}

}
