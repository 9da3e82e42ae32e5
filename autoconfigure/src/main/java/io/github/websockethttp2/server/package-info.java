/**
 * The server: CONNECT presented as GET, handler mapping, the upgrade, and draining. The
 * API is {@link WebSocketMapping}; all other types are internal and may change in any
 * version.
 */
@NullMarked
package io.github.websockethttp2.server;

import org.jspecify.annotations.NullMarked;
