package io.github.websockethttp2.test;

/**
 * The ways in which a test reaches the server.
 */
public enum Transport {

	/**
	 * HTTP/1.1 (RFC 6455), on the application's own port: with TLS if the application has
	 * it.
	 */
	HTTP_1_1("HTTP/1.1"),

	/**
	 * HTTP/2 (RFC 8441) in cleartext, as behind a proxy that ends TLS.
	 */
	H2C("h2c"),

	/**
	 * HTTP/2 (RFC 8441) over TLS, as from a browser.
	 */
	H2("h2");

	private final String text;

	Transport(String text) {
		this.text = text;
	}

	/**
	 * Returns the name as written in the standards, such as {@code h2c}.
	 */
	@Override
	public String toString() {
		return this.text;
	}

}
