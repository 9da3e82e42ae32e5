/**
 * The transports of sessions, HTTP/2 streams and HTTP/1.1 connections, on either end:
 * windows, credit and the heartbeat. Internal: may change in any version.
 */
@NullMarked
package io.github.websockethttp2.transport;

import org.jspecify.annotations.NullMarked;
