package io.github.websockethttp2.security;

import java.security.Principal;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Tells until when the one who opens a session may keep it. A bean of this type takes the
 * place of the {@link OAuth2TokenExpiry}.
 */
@FunctionalInterface
public interface PrincipalExpiry {

	/**
	 * Returns when the credentials of a principal expire. Called for a handshake, which
	 * is refused if they have, and for its session; on an event loop, and must not block.
	 * @param principal who opens the session
	 * @return the time at which the session is closed, or {@code null} for never
	 */
	@Nullable Instant expiresAt(Principal principal);

}
