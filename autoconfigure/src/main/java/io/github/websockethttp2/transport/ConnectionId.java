package io.github.websockethttp2.transport;

import java.security.SecureRandom;
import java.util.Base64;

/**
 * Generates identifiers of connections. They are unique across servers and time, and
 * cannot be guessed. The sessions of a connection share its identifier, which costs them
 * nothing.
 */
public final class ConnectionId {

	/** 96 bits, which Base64 encodes without padding. */
	private static final int BYTES = 12;

	private static final SecureRandom RANDOM = new SecureRandom();

	private static final Base64.Encoder ENCODER = Base64.getUrlEncoder();

	private ConnectionId() {
	}

	/**
	 * Returns a new identifier.
	 * @return the identifier
	 */
	public static String next() {
		byte[] bytes = new byte[BYTES];
		RANDOM.nextBytes(bytes);
		return ENCODER.encodeToString(bytes);
	}

}
