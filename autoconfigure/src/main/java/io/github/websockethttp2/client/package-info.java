/**
 * The WebSocket client: which connection carries a socket, which version of HTTP, and the
 * handshake. The API is {@link Http2WebSocketClient},
 * {@link Http2WebSocketClientCustomizer}, {@link ReconnectingWebSocketClient},
 * {@link Reconnect}, {@link WebSocketClosedException}, {@link ClientListener} and
 * {@link FallbackCause}; all other types are internal and may change in any version.
 */
@NullMarked
package io.github.websockethttp2.client;

import org.jspecify.annotations.NullMarked;
