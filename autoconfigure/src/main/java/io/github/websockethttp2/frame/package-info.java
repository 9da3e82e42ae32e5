/**
 * Bytes to messages and back, on either end of a WebSocket: frames (RFC 6455, chapter 5)
 * and their compression (RFC 7692). Internal: may change in any version.
 */
@NullMarked
package io.github.websockethttp2.frame;

import org.jspecify.annotations.NullMarked;
