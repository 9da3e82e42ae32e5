package io.github.websockethttp2.interop;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.github.websockethttp2.proxy.ProxyProcess;
import io.github.websockethttp2.testsupport.TestPem;
import io.github.websockethttp2.testsupport.TestTls;
import org.junit.jupiter.api.Assumptions;

/**
 * The servers of the module {@code interop}.
 */
enum ForeignServer {

	/** Node's {@code http2}, with {@code ws} for the frames. */
	NODE("Node") {

		@Override
		List<String> command(Path directory, int port, boolean tls) {
			String node = ProxyProcess.program("node", "nodejs").toString();
			Assumptions.assumeTrue(Files.exists(Path.of("/usr/share/nodejs/ws")),
					"ws is not installed; on Debian and Ubuntu: apt-get install node-ws");
			return withKeyStore(List.of(node, SOURCES.resolve("node/server.mjs").toString()), port, tls);
		}

	},

	/** Hypercorn, on h2 and wsproto. */
	HYPERCORN("Hypercorn") {

		@Override
		List<String> command(Path directory, int port, boolean tls) {
			String hypercorn = ProxyProcess.program("hypercorn", "python3-hypercorn").toString();
			List<String> command = new ArrayList<>(
					List.of("/usr/bin/python3", "-B", hypercorn, "--bind", "127.0.0.1:" + port));
			if (tls) {
				TestPem pem = TestPem.write(directory);
				command.addAll(List.of("--certfile", pem.certificate().toString(), "--keyfile", pem.key().toString()));
			}
			command.add(SOURCES.resolve("python/server.py") + ":application");
			return command;
		}

	},

	/** Jetty, with its own WebSocket API. */
	JETTY("Jetty") {

		@Override
		List<String> command(Path directory, int port, boolean tls) {
			return java("JettyServer", port, tls);
		}

	},

	/** Armeria, with its own WebSocket service. */
	ARMERIA("Armeria") {

		@Override
		List<String> command(Path directory, int port, boolean tls) {
			return java("ArmeriaServer", port, tls);
		}

	};

	private static final Path MODULE = Path.of("..", "interop").toAbsolutePath().normalize();

	private static final Path SOURCES = MODULE.resolve("src/main");

	private final String title;

	ForeignServer(String title) {
		this.title = title;
	}

	/**
	 * Returns how to run the server, or skips the test where it is not installed.
	 * @param directory where files may be written
	 * @param port where it shall listen
	 * @param tls whether with TLS
	 * @return the command
	 */
	abstract List<String> command(Path directory, int port, boolean tls);

	/**
	 * Starts the server.
	 * @param directory where files may be written
	 * @param tls whether with TLS
	 * @return the running server
	 */
	ProxyProcess start(Path directory, boolean tls) {
		return ProxyProcess.start(directory, (files, port) -> command(files, port, tls));
	}

	private static List<String> java(String server, int port, boolean tls) {
		Path libraries = MODULE.resolve("target/lib");
		Assumptions.assumeTrue(Files.isDirectory(libraries), "Not built: mvn -pl interop process-classes");
		String classPath = MODULE.resolve("target/classes") + File.pathSeparator + libraries.resolve("*");
		return withKeyStore(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				classPath, "io.github.websockethttp2.interop." + server), port, tls);
	}

	private static List<String> withKeyStore(List<String> start, int port, boolean tls) {
		List<String> command = new ArrayList<>(start);
		command.add(String.valueOf(port));
		if (tls) {
			command.addAll(List.of(TestTls.keyStore().toString(), TestTls.PASSWORD));
		}
		return command;
	}

	@Override
	public String toString() {
		return this.title;
	}

}
