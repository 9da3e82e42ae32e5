package io.github.websockethttp2.handshake;

import org.springframework.http.HttpHeaders;

/**
 * A handshake that has been decided.
 *
 * @param protocol the HTTP version that carried it, such as {@code HTTP/2}
 * @param pathPattern the path pattern that it was routed to, or an empty string
 * @param headers what the client sent, to be read at once and not to be kept
 */
public record Handshake(String protocol, String pathPattern, HttpHeaders headers) {

	/** A handshake with {@code Upgrade} (RFC 6455). */
	public static final String HTTP_1_1 = "HTTP/1.1";

	/** A handshake with extended CONNECT (RFC 8441). */
	public static final String HTTP_2 = "HTTP/2";

}
