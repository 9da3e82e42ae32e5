package io.github.websockethttp2.benchmarks.server;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What a server is told when it is started, as system properties of its process.
 *
 * @param keyStore the PKCS12 store with its certificate, or {@code null} for cleartext
 * @param streams how many streams a connection may have
 * @param compressed whether what is sent to everybody is compressed
 */
public record ServerSettings(@Nullable Path keyStore, int streams, boolean compressed) {

	/** The password of every key store here: they are made for one run. */
	public static final String PASSWORD = "benchmark";

	/** The biggest message of any workload, and some. */
	static final int MAX_MESSAGE = 2 * 1024 * 1024;

	private static final String KEY_STORE = "benchmark.key-store";

	private static final String STREAMS = "benchmark.streams";

	private static final String COMPRESSED = "benchmark.compressed";

	List<String> toArguments() {
		List<String> arguments = new ArrayList<>(
				List.of("-D" + STREAMS + "=" + this.streams, "-D" + COMPRESSED + "=" + this.compressed));
		if (this.keyStore != null) {
			arguments.add("-D" + KEY_STORE + "=" + this.keyStore);
		}
		return arguments;
	}

	static ServerSettings fromProperties() {
		String keyStore = System.getProperty(KEY_STORE);
		return new ServerSettings((keyStore != null) ? Path.of(keyStore) : null, Integer.getInteger(STREAMS),
				Boolean.getBoolean(COMPRESSED));
	}

}
