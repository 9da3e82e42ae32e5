package io.github.websockethttp2.benchmarks.client;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;

import io.github.websockethttp2.benchmarks.process.MeasuredMain;
import org.jspecify.annotations.Nullable;

/**
 * The process of a client.
 */
final class ClientMain {

	static final String ERROR = "error: ";

	private final Clients clients;

	private final int port;

	private @Nullable ClientSockets sockets;

	private ClientMain(Clients clients, int port) {
		this.clients = clients;
		this.port = port;
	}

	public static void main(String[] args) throws IOException {
		Clients clients = new Clients(ClientKind.of(args[0]), Boolean.parseBoolean(args[1]),
				Boolean.parseBoolean(args[2]));
		ClientMain main = new ClientMain(clients, Integer.parseInt(args[3]));
		MeasuredMain.serve("ready", main::answer);
	}

	private String answer(String line) {
		try {
			return String.valueOf(run(line.split(" ")));
		}
		catch (RuntimeException ex) {
			StringWriter trace = new StringWriter();
			ex.printStackTrace(new PrintWriter(trace));
			return ERROR + trace.toString().replace('\n', ' ');
		}
	}

	private long run(String[] command) {
		switch (command[0]) {
			case "open" -> begin().open(Integer.parseInt(command[1]), Integer.parseInt(command[2]));
			case "echo" ->
				begin().echo(Integer.parseInt(command[1]), Integer.parseInt(command[2]), Integer.parseInt(command[3]));
			case "close" -> current().close();
			case "messages" -> {
				return current().messages();
			}
			case "failures" -> {
				return current().failures();
			}
			case "connections" -> {
				return Connections.to(this.port);
			}
			default -> throw new IllegalArgumentException(command[0]);
		}
		return 0;
	}

	private ClientSockets begin() {
		URI url = URI.create(((this.clients.tls()) ? "wss" : "ws") + "://127.0.0.1:" + this.port + "/echo");
		ClientSockets sockets = new ClientSockets(this.clients.create(), url);
		this.sockets = sockets;
		return sockets;
	}

	private ClientSockets current() {
		ClientSockets sockets = this.sockets;
		if (sockets == null) {
			throw new IllegalStateException("There are no sockets");
		}
		return sockets;
	}

}
