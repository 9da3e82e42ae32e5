package io.github.websockethttp2.benchmarks;

import java.nio.file.Path;
import java.util.Locale;

import io.github.websockethttp2.benchmarks.process.Jvm;

/**
 * What the virtual machine of a server is told besides, so that one run compares it with
 * the same server without it.
 */
enum Variant {

	/** Netty does not watch for buffers that are not released. */
	NOLEAK("no leak detection", "-Dio.netty.leakDetection.level=disabled"),

	/** A heap with which Netty's allocator goes into its low-memory mode. */
	XMX512("512 MB of heap", "-Xms512m", "-Xmx512m"),

	/** Netty's allocator stays out of that mode, however small the heap is. */
	LOWMEMORY_OFF("low-memory mode off", "-Dio.netty.allocator.lowMemory=false"),

	/** OpenSSL's TLS instead of Java's, where there is TLS. */
	TCNATIVE("native TLS", "-Dio.netty.handler.ssl.noOpenSsl=false"),

	/** Another Java. */
	JDK25("Java 25"),

	/** From Java 24 on, Netty uses no {@code sun.misc.Unsafe} unless this allows it. */
	UNSAFE("Unsafe allowed", "--sun-misc-unsafe-memory-access=allow");

	private static final String JAVA25 = "java25";

	private static final String JAVA25_HOME = "JAVA25_HOME";

	private final String title;

	private final String[] arguments;

	Variant(String title, String... arguments) {
		this.title = title;
		this.arguments = arguments;
	}

	/**
	 * Returns the variant with a name.
	 * @param name the name in lower case, with hyphens
	 * @return the variant
	 */
	static Variant of(String name) {
		return valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
	}

	String title() {
		return this.title;
	}

	Jvm applyTo(Jvm jvm, Options options) {
		return (this != JDK25) ? jvm.with(this.arguments) : new Jvm(java25(options), jvm.arguments());
	}

	private static Path java25(Options options) {
		String home = options.text(JAVA25, System.getenv().getOrDefault(JAVA25_HOME, ""));
		if (home.isEmpty()) {
			throw new IllegalStateException("Neither --" + JAVA25 + " nor " + JAVA25_HOME + " says where Java 25 is");
		}
		return Path.of(home);
	}

}
