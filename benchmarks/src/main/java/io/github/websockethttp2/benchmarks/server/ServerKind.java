package io.github.websockethttp2.benchmarks.server;

import java.util.Locale;

/**
 * A server that can be measured.
 */
public enum ServerKind {

	/** A Spring Boot application with the starter. */
	OURS("WebFlux with the starter"),

	/** The same application with meters of what its sessions do. */
	METERED("WebFlux with the starter and meters"),

	/** The same application without the starter, and HTTP/2 switched on by hand. */
	WEBFLUX("WebFlux without it"),

	/** The same application, which sends to everybody by a topic. */
	TOPIC("topic of the starter"),

	/** The same application, which sends to everybody by a sink and each session. */
	SINK("sink with the starter"),

	/** Armeria. */
	ARMERIA("Armeria"),

	/** Jetty. */
	JETTY("Jetty"),

	/** Node with {@code ws}. */
	NODE("Node ws"),

	/** No more than Netty's HTTP/2 frame codec. */
	NETTY("bare Netty frame loop"),

	/** No more than bytes: the limit. */
	LOOP("hand-written loop");

	private final String title;

	ServerKind(String title) {
		this.title = title;
	}

	/**
	 * Returns the kind with a name.
	 * @param name the name in lower case
	 * @return the kind
	 */
	public static ServerKind of(String name) {
		return valueOf(name.toUpperCase(Locale.ROOT));
	}

	/**
	 * Returns what the server is called in a table.
	 * @return the title
	 */
	public String title() {
		return this.title;
	}

	/**
	 * Whether the server speaks a version of HTTP here.
	 * @param http2 whether HTTP/2 is asked for, and not HTTP/1.1
	 * @return whether there is anything to measure
	 */
	public boolean speaks(boolean http2) {
		return switch (this) {
			case NODE -> !http2;
			case NETTY, LOOP -> http2;
			default -> true;
		};
	}

}
