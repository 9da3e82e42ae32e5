/**
 * Open sessions: their transport, limits and events. Knows no Netty. The API is
 * {@link WebSocketSessions}, {@link LiveSession}, {@link SessionEvent},
 * {@link WebSocketTransport} and {@link UncompressedMessage}; all other types are
 * internal and may change in any version.
 */
@NullMarked
package io.github.websockethttp2.session;

import org.jspecify.annotations.NullMarked;
