/**
 * Bytes to messages and back, for either end of a WebSocket: frames (RFC 6455, chapter 5)
 * and their compression (RFC 7692).
 */
@NullMarked
package io.github.websockethttp2.frame;

import org.jspecify.annotations.NullMarked;
