package io.github.websockethttp2.server;

import java.util.Base64;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;

/**
 * What a handshake over HTTP/1.1 must be (RFC 6455, section 4.2.1) that Spring does not
 * look at.
 */
final class Http1Handshake {

	static final String KEY = "Sec-WebSocket-Key";

	private static final int KEY_OCTETS = 16;

	/** With padding, which the JDK's decoder does not insist on. */
	private static final int KEY_LENGTH = 24;

	private Http1Handshake() {
	}

	/**
	 * Looks for what is wrong with a handshake.
	 * @param headers its headers
	 * @return the fault, or {@code null} if there is none
	 */
	static @Nullable String findFault(HttpHeaders headers) {
		List<String> keys = headers.getOrEmpty(KEY);
		if (keys.size() != 1 || !isKey(keys.get(0))) {
			return KEY + " is not 16 octets in base64: " + keys;
		}
		if (headers.getContentLength() > 0 || headers.containsHeader(HttpHeaders.TRANSFER_ENCODING)) {
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

}
