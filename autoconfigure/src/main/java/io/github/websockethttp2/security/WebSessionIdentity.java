package io.github.websockethttp2.security;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

import org.springframework.web.server.WebSession;

/**
 * Distinguishes the web sessions of a user. Their ids do not: a web session gets a new id
 * with each login, such as with the second factor, and with the logout.
 *
 * @param createdAt when the web session was created, in milliseconds, since some stores,
 * such as Redis, keep nothing finer
 */
record WebSessionIdentity(Instant createdAt) {

	/**
	 * Returns the identity of a web session, which it keeps even after it has ended.
	 * @param session the web session
	 * @return its identity
	 */
	static WebSessionIdentity of(WebSession session) {
		return new WebSessionIdentity(session.getCreationTime().truncatedTo(ChronoUnit.MILLIS));
	}

}
