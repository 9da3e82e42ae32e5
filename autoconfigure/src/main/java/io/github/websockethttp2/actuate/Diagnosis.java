package io.github.websockethttp2.actuate;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

import io.github.websockethttp2.actuate.HandshakeJournal.HandshakesDescriptor;
import io.github.websockethttp2.handshake.Handshake;
import io.github.websockethttp2.server.http2.Http2Status;
import org.jspecify.annotations.Nullable;

/**
 * Says why WebSockets come over HTTP/2, or why they do not: each finding with what it is
 * concluded from.
 */
final class Diagnosis {

	private final Http2Status status;

	private final HandshakeJournal handshakes;

	Diagnosis(Http2Status status, HandshakeJournal handshakes) {
		this.status = status;
		this.handshakes = handshakes;
	}

	List<Finding> findings() {
		List<Finding> findings = new ArrayList<>();
		findings.add(new Finding("http2", this.status.toString(), List.of()));
		Http2Status.Server server = this.status.server();
		if (server != null) {
			findings.add(advertised(server));
			findings.add(tls(server));
		}
		findings.add(transport(server));
		return findings;
	}

	private static Finding advertised(Http2Status.Server server) {
		return new Finding("setting",
				(server.advertised() && server.http2()) ? "Clients are told that they may open WebSockets over HTTP/2"
						: "Clients are not told that they may open WebSockets over HTTP/2, so they do not try",
				List.of("SETTINGS_ENABLE_CONNECT_PROTOCOL is " + ((server.advertised()) ? "1" : "not set"),
						"HTTP/2 is " + ((server.http2()) ? "" : "not ") + "among the server's protocols"));
	}

	private static Finding tls(Http2Status.Server server) {
		if (server.tls()) {
			return new Finding("tls", (server.http2()) ? "Browsers can agree on HTTP/2" : "Browsers get HTTP/1.1",
					List.of("Port " + server.port() + " uses TLS",
							"ALPN offers " + ((server.http2()) ? "h2 and http/1.1" : "http/1.1 only")));
		}
		return new Finding("tls",
				"Browsers use HTTP/2 over TLS only: set server.ssl.*, or have TLS and HTTP/2 in a proxy in front",
				List.of("Port " + server.port() + " is in cleartext"));
	}

	private Finding transport(Http2Status.@Nullable Server server) {
		long http2 = count(Handshake.HTTP_2);
		long http1 = count(Handshake.HTTP_1_1);
		List<String> evidence = new ArrayList<>();
		evidence.add(http2 + " handshakes over HTTP/2, " + http1 + " over HTTP/1.1");
		return new Finding("transport", transport(server, http2, http1, evidence), evidence);
	}

	private String transport(Http2Status.@Nullable Server server, long http2, long http1, List<String> evidence) {
		if (http1 + http2 == 0) {
			return "No handshake has come yet";
		}
		if (!this.status.isOn()) {
			evidence.add((server != null && server.switchedOffBy() != null) ? server.switchedOffBy() + " is false"
					: this.status.detail());
			return "No WebSocket comes over HTTP/2, since it is off";
		}
		if (accepted(Handshake.HTTP_2) > 0) {
			return "WebSockets come over HTTP/2";
		}
		if (http2 > 0) {
			return "Handshakes come over HTTP/2, and all of them were refused";
		}
		long proxied = this.handshakes.getProxied();
		if (proxied > 0) {
			evidence.add(proxied + " of them had " + String.join(", ", this.handshakes.getProxyFields()));
			return "No handshake came over HTTP/2: a proxy in front speaks HTTP/1.1 to this server. It has to speak HTTP/2 "
					+ "to it, and to pass on extended CONNECT (RFC 8441)";
		}
		if (server != null && !server.tls()) {
			evidence.add("Port " + server.port() + " is in cleartext");
			evidence.add("None of them had a field that proxies add");
			return "No handshake came over HTTP/2: there is no TLS, without which browsers do not use it";
		}
		evidence.add("None of them had a field that proxies add");
		return "No handshake came over HTTP/2, although the server offers it: the clients do not know RFC 8441, had no HTTP/2 "
				+ "connection to this host yet, or there is something in between that passes on HTTP/1.1 only";
	}

	private long count(String protocol) {
		return sum(protocol, HandshakesDescriptor::count);
	}

	private long accepted(String protocol) {
		return sum(protocol, HandshakesDescriptor::accepted);
	}

	private long sum(String protocol, ToLongFunction<HandshakesDescriptor> count) {
		return this.handshakes.getTotals()
			.stream()
			.filter((totals) -> totals.protocol().equals(protocol))
			.mapToLong(count)
			.sum();
	}

	/**
	 * Something that the endpoint has found out.
	 *
	 * @param subject what it is about
	 * @param conclusion what it means
	 * @param evidence what it is concluded from
	 */
	public record Finding(String subject, String conclusion, List<String> evidence) {

	}

}
