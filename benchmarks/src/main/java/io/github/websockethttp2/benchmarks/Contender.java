package io.github.websockethttp2.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.github.websockethttp2.benchmarks.load.Target;
import io.github.websockethttp2.benchmarks.server.ServerKind;

/**
 * A server over a version of HTTP: a row of a table.
 *
 * @param kind the server
 * @param http2 whether over HTTP/2
 */
record Contender(ServerKind kind, boolean http2) {

	/** All that there are, in the order of the tables. */
	static final String ALL = "netty,ours:h2,ours:h1,webflux:h2,webflux:h1,armeria:h2,armeria:h1,jetty:h2,jetty:h1,node";

	/**
	 * Returns the contenders with the given names, such as {@code ours:h2}, or
	 * {@code ours} for both versions.
	 * @param names the names
	 * @return the contenders
	 */
	static List<Contender> of(List<String> names) {
		List<Contender> contenders = new ArrayList<>();
		for (String name : names) {
			String[] parts = name.split(":");
			ServerKind kind = ServerKind.of(parts[0]);
			for (boolean http2 : new boolean[] { true, false }) {
				if (kind.speaks(http2) && (parts.length == 1 || parts[1].equals(http2 ? "h2" : "h1"))) {
					contenders.add(new Contender(kind, http2));
				}
			}
		}
		return contenders;
	}

	String title() {
		return this.kind.title() + ", " + (this.http2 ? "HTTP/2" : "HTTP/1.1");
	}

	String name() {
		return this.kind.name().toLowerCase(Locale.ROOT) + (this.http2 ? " h2" : " h1");
	}

	Target target(int port, boolean tls) {
		return new Target(port, this.http2, tls);
	}

}
