package io.github.websockethttp2.client;

/**
 * Why a socket is opened over HTTP/1.1 and not over HTTP/2.
 */
enum FallbackCause {

	/** ALPN has chosen HTTP/1.1, or nothing. */
	ALPN("TLS has not agreed on HTTP/2", true),

	/** The first SETTINGS are without SETTINGS_ENABLE_CONNECT_PROTOCOL = 1. */
	SETTING("the server does not offer WebSockets over HTTP/2", true),

	/** The stream was reset with HTTP_1_1_REQUIRED. */
	HTTP_1_1_REQUIRED("the server requires HTTP/1.1", true),

	/** The CONNECT was answered with a status that says it is not understood. */
	STATUS("the server does not understand WebSockets over HTTP/2, though it offers them", false),

	/** What came is not HTTP/2. */
	NOT_HTTP_2("the server does not speak HTTP/2", true);

	private final String reason;

	private final boolean certain;

	FallbackCause(String reason, boolean certain) {
		this.reason = reason;
		this.certain = certain;
	}

	/**
	 * Returns whether it is remembered at once, or only when HTTP/1.1 turns out to work.
	 */
	boolean isCertain() {
		return this.certain;
	}

	@Override
	public String toString() {
		return this.reason;
	}

}
