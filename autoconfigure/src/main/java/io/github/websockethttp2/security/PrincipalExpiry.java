package io.github.websockethttp2.security;

import java.security.Principal;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Determines when the credentials of a session's principal expire. A bean of this type
 * replaces the {@link OAuth2TokenExpiry}.
 */
@FunctionalInterface
public interface PrincipalExpiry {

	/**
	 * Returns when the credentials of a principal expire. Called for a handshake, which
	 * is refused if they have expired, and again for its session. Called on an event
	 * loop; must not block.
	 * @param principal the principal who opens the session
	 * @return the time at which the session is closed, or {@code null} for never
	 */
	@Nullable Instant expiresAt(Principal principal);

}
