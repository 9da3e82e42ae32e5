package io.github.websockethttp2.benchmarks.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Node with {@code ws}, which npm installs when it is first needed.
 */
final class NodeServer {

	private static final int TIMEOUT_SECONDS = 120;

	private NodeServer() {
	}

	static List<String> command(ServerSettings settings, Path directory) {
		try {
			Path installation = Files.createDirectories(directory);
			copy("package.json", installation);
			copy("server.js", installation);
			if (!Files.exists(installation.resolve("node_modules/ws"))) {
				install(installation);
			}
			List<String> command = new ArrayList<>(
					List.of("node", "--expose-gc", installation.resolve("server.js").toString()));
			if (settings.keyStore() != null) {
				command.addAll(List.of(settings.keyStore().toString(), ServerSettings.PASSWORD));
			}
			return command;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void copy(String file, Path directory) throws IOException {
		try (InputStream resource = NodeServer.class.getResourceAsStream("/node/" + file)) {
			Files.copy(Objects.requireNonNull(resource), directory.resolve(file), StandardCopyOption.REPLACE_EXISTING);
		}
	}

	private static void install(Path directory) throws IOException {
		Process npm;
		try {
			npm = new ProcessBuilder("npm", "install", "--silent", "--no-audit", "--no-fund", "--no-package-lock")
				.directory(directory.toFile())
				.redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.DISCARD)
				.start();
		}
		catch (IOException ex) {
			throw new IllegalStateException("npm cannot be run", ex);
		}
		try {
			if (!npm.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS) || npm.exitValue() != 0) {
				npm.destroyForcibly();
				throw new IllegalStateException("npm could not install ws");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted", ex);
		}
	}

}
