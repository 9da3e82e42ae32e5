package io.github.websockethttp2.client;

/**
 * Why a socket is opened over HTTP/1.1 and not over HTTP/2.
 */
public enum FallbackCause {

	/** ALPN has chosen HTTP/1.1, or nothing. */
	ALPN("TLS has not agreed on HTTP/2"),

	/** The first SETTINGS are without SETTINGS_ENABLE_CONNECT_PROTOCOL = 1. */
	SETTING("the server does not offer WebSockets over HTTP/2"),

	/** The stream was reset with HTTP_1_1_REQUIRED. */
	HTTP_1_1_REQUIRED("the server requires HTTP/1.1"),

	/** The CONNECT was answered with a status that says it is not understood. */
	STATUS("the server does not understand WebSockets over HTTP/2, though it offers them"),

	/** What came is not HTTP/2. */
	NOT_HTTP_2("the server does not speak HTTP/2");

	private final String reason;

	FallbackCause(String reason) {
		this.reason = reason;
	}

	@Override
	public String toString() {
		return this.reason;
	}

}
