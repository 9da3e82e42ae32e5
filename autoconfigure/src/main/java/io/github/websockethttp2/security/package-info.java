/**
 * Closes sessions when the login or the token with which they were opened ends. The API
 * is {@link PrincipalExpiry}; all other types are internal and may change in any version.
 */
@NullMarked
package io.github.websockethttp2.security;

import org.jspecify.annotations.NullMarked;
