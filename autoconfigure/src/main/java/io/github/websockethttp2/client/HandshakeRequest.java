package io.github.websockethttp2.client;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import org.springframework.http.HttpHeaders;
import org.springframework.util.StringUtils;
import org.springframework.web.reactive.socket.WebSocketHandler;

/**
 * The request that a socket is opened with, whichever version of HTTP carries it.
 *
 * @param url the URL as it was given
 * @param endpoint where it leads to
 * @param authority the host that is asked for: that of the URL, or the {@code Host} that
 * was given, as a gateway does that passes on the one it got
 * @param path the path with the query
 * @param headers the fields that were given, without those that are the handshake's own
 * @param subProtocols the sub-protocols that are asked for, in the order of preference
 */
record HandshakeRequest(URI url, Endpoint endpoint, String authority, String path, HttpHeaders headers,
		List<String> subProtocols) {

	static final String VERSION = "13";

	/** Those of the handshake, and those of a connection (RFC 9113, section 8.2.2). */
	private static final Set<String> OWN = Set.of("connection", "upgrade", "host", "keep-alive", "proxy-connection",
			"transfer-encoding", "te", "content-length", "sec-websocket-key", "sec-websocket-version",
			"sec-websocket-accept", "sec-websocket-extensions", "sec-websocket-protocol");

	/**
	 * Makes a request.
	 * @param url the URL of the socket
	 * @param headers fields to send; a {@code Sec-WebSocket-Protocol} among them is what
	 * is asked for before that of the handler
	 * @param handler the socket's handler
	 * @return the request
	 */
	static HandshakeRequest of(URI url, HttpHeaders headers, WebSocketHandler handler) {
		HttpHeaders sent = new HttpHeaders();
		headers.forEach((name, values) -> {
			if (!OWN.contains(name.toLowerCase(Locale.ROOT))) {
				sent.addAll(name, values);
			}
		});
		String path = StringUtils.hasLength(url.getRawPath()) ? url.getRawPath() : "/";
		String query = (url.getRawQuery() != null) ? "?" + url.getRawQuery() : "";
		List<String> given = headers.getOrEmpty("Sec-WebSocket-Protocol")
			.stream()
			.flatMap((value) -> StringUtils.commaDelimitedListToSet(value).stream())
			.map(String::trim)
			.toList();
		Endpoint endpoint = Endpoint.of(url);
		String host = headers.getFirst(HttpHeaders.HOST);
		return new HandshakeRequest(url, endpoint, (host != null) ? host : endpoint.authority(), path + query, sent,
				(!given.isEmpty()) ? given : List.copyOf(handler.getSubProtocols()));
	}

}
