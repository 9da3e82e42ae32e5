/**
 * A WebSocket client over HTTP/2 (RFC 8441) and HTTP/1.1 (RFC 6455). The API is
 * {@link io.github.websockethttp2.client.Http2WebSocketClient}; the rest is internal.
 */
@NullMarked
package io.github.websockethttp2.client;

import org.jspecify.annotations.NullMarked;
