package io.github.websockethttp2.client;

import java.net.URI;
import java.util.Locale;

import org.springframework.util.Assert;

/**
 * Where sockets of the same connection lead to.
 *
 * @param secure whether TLS is used
 * @param host the host's name or address, without brackets
 * @param port the port
 */
record Endpoint(boolean secure, String host, int port) {

	private static final int HTTP_PORT = 80;

	private static final int HTTPS_PORT = 443;

	/**
	 * Returns the endpoint of a URL.
	 * @param url a URL whose scheme is {@code ws}, {@code wss}, {@code http} or
	 * {@code https}
	 * @return its endpoint
	 * @throws IllegalArgumentException if it has another scheme, or no host
	 */
	static Endpoint of(URI url) {
		String scheme = (url.getScheme() != null) ? url.getScheme().toLowerCase(Locale.ROOT) : "";
		boolean secure = scheme.equals("wss") || scheme.equals("https");
		Assert.isTrue(secure || scheme.equals("ws") || scheme.equals("http"),
				() -> "A WebSocket's URL has the scheme ws or wss: " + url);
		Assert.hasText(url.getHost(), () -> "A WebSocket's URL has a host: " + url);
		int port = (url.getPort() != -1) ? url.getPort() : (secure) ? HTTPS_PORT : HTTP_PORT;
		String host = url.getHost().toLowerCase(Locale.ROOT);
		return new Endpoint(secure, (host.startsWith("[")) ? host.substring(1, host.length() - 1) : host, port);
	}

	/**
	 * Returns the value of {@code :authority} and {@code Host}: the port is there unless
	 * it is the scheme's own (RFC 9113, section 8.3.1).
	 */
	String authority() {
		String name = (this.host.indexOf(':') != -1) ? "[" + this.host + "]" : this.host;
		return (this.port == ((this.secure) ? HTTPS_PORT : HTTP_PORT)) ? name : name + ":" + this.port;
	}

	@Override
	public String toString() {
		return ((this.secure) ? "wss://" : "ws://") + authority();
	}

}
