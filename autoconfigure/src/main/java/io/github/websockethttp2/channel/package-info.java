/**
 * Sessions on their channels, on either end of a WebSocket: receiving, sending, and the
 * closing handshake. Internal: may change in any version.
 */
@NullMarked
package io.github.websockethttp2.channel;

import org.jspecify.annotations.NullMarked;
