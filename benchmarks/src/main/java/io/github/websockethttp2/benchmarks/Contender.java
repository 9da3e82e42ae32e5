package io.github.websockethttp2.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.github.websockethttp2.benchmarks.load.Target;
import io.github.websockethttp2.benchmarks.load.Windows;
import io.github.websockethttp2.benchmarks.server.ServerKind;

/**
 * A server over a version of HTTP: a row of a table.
 *
 * @param kind the server
 * @param variants what its virtual machine is told besides
 * @param http2 whether over HTTP/2
 */
record Contender(ServerKind kind, List<Variant> variants, boolean http2) {

	/** All that there are, in the order of the tables. */
	static final String ALL = "loop,netty,ours:h2,ours:h1,webflux:h2,webflux:h1,armeria:h2,armeria:h1,jetty:h2,jetty:h1,node";

	Contender {
		if (kind == ServerKind.NODE && !variants.isEmpty()) {
			throw new IllegalArgumentException("Node does not run on Java: " + variants);
		}
	}

	/**
	 * Returns the contenders with the given names, such as {@code ours:h2}, or
	 * {@code ours} for both versions, or {@code ours+noleak+jdk25:h2}.
	 * @param names the names
	 * @return the contenders
	 */
	static List<Contender> of(List<String> names) {
		List<Contender> contenders = new ArrayList<>();
		for (String name : names) {
			String[] parts = name.split(":");
			String[] words = parts[0].split("\\+");
			ServerKind kind = ServerKind.of(words[0]);
			List<Variant> variants = Arrays.stream(words).skip(1).map(Variant::of).toList();
			for (boolean http2 : new boolean[] { true, false }) {
				if (kind.speaks(http2) && (parts.length == 1 || parts[1].equals(http2 ? "h2" : "h1"))) {
					contenders.add(new Contender(kind, variants, http2));
				}
			}
		}
		return contenders;
	}

	String title() {
		StringBuilder title = new StringBuilder(this.kind.title());
		this.variants.forEach((variant) -> title.append(", ").append(variant.title()));
		return title.append(this.http2 ? ", HTTP/2" : ", HTTP/1.1").toString();
	}

	Target target(int port, Options options) {
		return target(port, options, options.windows());
	}

	Target target(int port, Options options, Windows windows) {
		return new Target(port, this.http2, options.has("tls"), options.has("compressed"), windows);
	}

}
