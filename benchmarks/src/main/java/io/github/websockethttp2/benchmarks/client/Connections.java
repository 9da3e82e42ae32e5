package io.github.websockethttp2.benchmarks.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Counts the TCP connections of this process, as Linux knows them.
 */
final class Connections {

	private static final String ESTABLISHED = "01";

	private Connections() {
	}

	/**
	 * Returns how many connections there are.
	 * @param port where they lead to
	 * @return the number
	 */
	static long to(int port) {
		String suffix = String.format(Locale.ROOT, ":%04X", port);
		try {
			Set<String> own = ownInodes();
			return Stream.concat(lines("/proc/net/tcp"), lines("/proc/net/tcp6"))
				.map((line) -> line.strip().split("\\s+"))
				.filter((fields) -> fields[2].endsWith(suffix) && fields[3].equals(ESTABLISHED))
				.filter((fields) -> own.contains("socket:[" + fields[9] + "]"))
				.count();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Stream<String> lines(String file) throws IOException {
		List<String> lines = Files.readAllLines(Path.of(file));
		return lines.stream().skip(1);
	}

	private static Set<String> ownInodes() throws IOException {
		try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
			return descriptors.map(Connections::target).filter(Objects::nonNull).collect(Collectors.toSet());
		}
	}

	private static @Nullable String target(Path descriptor) {
		try {
			return Files.readSymbolicLink(descriptor).toString();
		}
		catch (IOException ex) {
			// Closed meanwhile
			return null;
		}
	}

}
