/**
 * Sessions end with what they were opened by: a login, or a token.
 */
@NullMarked
package io.github.websockethttp2.security;

import org.jspecify.annotations.NullMarked;
