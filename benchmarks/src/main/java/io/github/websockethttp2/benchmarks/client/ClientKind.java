package io.github.websockethttp2.benchmarks.client;

import java.util.Locale;

/**
 * A client that can be measured.
 */
public enum ClientKind {

	/** The one of this project. */
	OURS("Http2WebSocketClient"),

	/** Spring's for Reactor Netty, and no more than it needs to work. */
	SPRING("ReactorNettyWebSocketClient"),

	/** The same, told to fill its connections. */
	STRICT("ReactorNettyWebSocketClient, strictConnectionReuse");

	private final String title;

	ClientKind(String title) {
		this.title = title;
	}

	/**
	 * Returns the kind with a name.
	 * @param name the name in lower case
	 * @return the kind
	 */
	public static ClientKind of(String name) {
		return valueOf(name.toUpperCase(Locale.ROOT));
	}

	/**
	 * Returns what the client is called in a table.
	 * @return the title
	 */
	public String title() {
		return this.title;
	}

	/**
	 * Returns whether there is anything to measure over a version of HTTP.
	 * @param http2 whether that is HTTP/2, and not HTTP/1.1
	 * @return whether there is
	 */
	public boolean speaks(boolean http2) {
		return http2 || this != STRICT;
	}

}
