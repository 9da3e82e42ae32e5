/**
 * The load generator: one client for all servers, on Netty's channels only. It writes
 * HTTP/2 and WebSocket frames by hand, so that it costs less than any server does.
 */
@NullMarked
package io.github.websockethttp2.benchmarks.load;

import org.jspecify.annotations.NullMarked;
