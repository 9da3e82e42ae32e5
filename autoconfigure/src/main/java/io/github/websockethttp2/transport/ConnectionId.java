package io.github.websockethttp2.transport;

import java.security.SecureRandom;
import java.util.Base64;

/**
 * Names of connections that no other connection has, on whatever server and at whatever
 * time, and that nobody can guess. The sessions of a connection share its name, so that
 * it costs them nothing.
 */
public final class ConnectionId {

	/** 96 bits, which Base64 divides into characters without a rest. */
	private static final int BYTES = 12;

	private static final SecureRandom RANDOM = new SecureRandom();

	private static final Base64.Encoder ENCODER = Base64.getUrlEncoder();

	private ConnectionId() {
	}

	/**
	 * Returns an id that no other connection has.
	 * @return the id
	 */
	public static String next() {
		byte[] bytes = new byte[BYTES];
		RANDOM.nextBytes(bytes);
		return ENCODER.encodeToString(bytes);
	}

}
