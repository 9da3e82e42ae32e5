/**
 * The bytes of a session on an HTTP/2 stream or an HTTP/1.1 connection, for either end:
 * windows, credit and the heartbeat.
 */
@NullMarked
package io.github.websockethttp2.transport;

import org.jspecify.annotations.NullMarked;
