package io.github.websockethttp2.security;

import java.security.Principal;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.AbstractOAuth2Token;

/**
 * Returns when the OAuth 2.0 token expires that was sent with the handshake, whether a
 * JWT or an opaque token. Spring Security's resource server keeps it as the credentials.
 */
public final class OAuth2TokenExpiry implements PrincipalExpiry {

	@Override
	public @Nullable Instant expiresAt(Principal principal) {
		return (principal instanceof Authentication authentication
				&& authentication.getCredentials() instanceof AbstractOAuth2Token token) ? token.getExpiresAt() : null;
	}

}
