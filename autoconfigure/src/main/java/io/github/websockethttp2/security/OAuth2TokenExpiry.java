package io.github.websockethttp2.security;

import java.security.Principal;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.AbstractOAuth2Token;

/**
 * The expiry of an OAuth 2.0 token that was sent with the handshake, be it a JWT or an
 * opaque one: what Spring Security's resource server has as credentials.
 */
public final class OAuth2TokenExpiry implements PrincipalExpiry {

	@Override
	public @Nullable Instant expiresAt(Principal principal) {
		return (principal instanceof Authentication authentication
				&& authentication.getCredentials() instanceof AbstractOAuth2Token token) ? token.getExpiresAt() : null;
	}

}
