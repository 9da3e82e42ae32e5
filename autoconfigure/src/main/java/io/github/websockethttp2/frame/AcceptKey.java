package io.github.websockethttp2.frame;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

import org.jspecify.annotations.Nullable;

/**
 * Computes the answer to a {@code Sec-WebSocket-Key} (RFC 6455, section 4.2.2).
 */
public final class AcceptKey {

	private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

	private AcceptKey() {
	}

	/**
	 * Returns the answer to a key.
	 * @param key the client's key
	 * @return the value of {@code Sec-WebSocket-Accept}
	 */
	public static String of(@Nullable String key) {
		try {
			byte[] hash = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
			return Base64.getEncoder().encodeToString(hash);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-1", ex);
		}
	}

}
