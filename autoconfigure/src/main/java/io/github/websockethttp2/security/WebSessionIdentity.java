package io.github.websockethttp2.security;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

import org.springframework.web.server.WebSession;

/**
 * Tells the web sessions of a user from each other. Their ids do not: a web session gets
 * another with each login, such as the second factor, and with the logout.
 *
 * @param createdAt when the web session was created, to the millisecond: more than that
 * some stores do not keep, Redis among them
 */
record WebSessionIdentity(Instant createdAt) {

	/**
	 * Returns the identity of a web session, which it has from its creation on and beyond
	 * its end.
	 * @param session the web session
	 * @return its identity
	 */
	static WebSessionIdentity of(WebSession session) {
		return new WebSessionIdentity(session.getCreationTime().truncatedTo(ChronoUnit.MILLIS));
	}

}
