package io.github.websockethttp2.server;

import java.util.Base64;
import java.util.List;

import io.github.websockethttp2.frame.AcceptKey;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpResponse;

/**
 * The handshake over HTTP/1.1 (RFC 6455, section 4).
 *
 * <pre>
 *   GET /chat HTTP/1.1                             HTTP/1.1 101 Switching Protocols
 *   Host: server.example.com                       Upgrade: websocket
 *   Upgrade: websocket                             Connection: Upgrade
 *   Connection: Upgrade                            Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=
 *   Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==    Sec-WebSocket-Protocol: chat
 *   Origin: http://example.com
 *   Sec-WebSocket-Protocol: chat, superchat
 *   Sec-WebSocket-Version: 13
 * </pre>
 */
final class Rfc6455Handshaker implements Handshaker {

	static final Rfc6455Handshaker INSTANCE = new Rfc6455Handshaker();

	static final String KEY = "Sec-WebSocket-Key";

	private static final String ACCEPT = "Sec-WebSocket-Accept";

	private static final int KEY_OCTETS = 16;

	/** With padding, which the JDK's decoder does not require. */
	private static final int KEY_LENGTH = 24;

	private Rfc6455Handshaker() {
	}

	@Override
	public @Nullable String findFault(HttpHeaders request) {
		List<String> keys = request.getOrEmpty(KEY);
		if (keys.size() != 1 || !isKey(keys.get(0))) {
			return KEY + " is not 16 octets in base64: " + keys;
		}
		if (request.getContentLength() > 0 || request.containsHeader(HttpHeaders.TRANSFER_ENCODING)) {
			return "It has a body, whose bytes would be taken for frames";
		}
		return null;
	}

	private static boolean isKey(String value) {
		try {
			return value.length() == KEY_LENGTH && Base64.getDecoder().decode(value).length == KEY_OCTETS;
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

	/**
	 * Removes the length of 0 that Netty adds where it waits for an upgrade from HTTP/1.1
	 * to cleartext HTTP/2. A handshake has no body.
	 */
	@Override
	public HttpHeaders received(HttpHeaders request) {
		HttpHeaders headers = HttpHeaders.copyOf(request);
		headers.remove(HttpHeaders.CONTENT_LENGTH);
		return headers;
	}

	/**
	 * RFC 9110, section 15.5.22.
	 */
	@Override
	public void requireUpgrade(HttpHeaders response) {
		response.set(HttpHeaders.UPGRADE, "websocket");
	}

	@Override
	public void accept(HttpHeaders request, ServerHttpResponse response) {
		response.setStatusCode(HttpStatus.SWITCHING_PROTOCOLS);
		HttpHeaders headers = response.getHeaders();
		headers.set(HttpHeaders.UPGRADE, "websocket");
		headers.set(HttpHeaders.CONNECTION, "Upgrade");
		headers.set(ACCEPT, AcceptKey.of(request.getFirst(KEY)));
	}

	@Override
	public void withdraw(HttpHeaders response) {
		for (String name : List.of(HttpHeaders.UPGRADE, HttpHeaders.CONNECTION, ACCEPT, PROTOCOL, EXTENSIONS)) {
			response.remove(name);
		}
	}

}
