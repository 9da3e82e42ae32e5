/**
 * What Netty is told: connection and stream handlers, windows, half-close, resets, and
 * the session that runs on a stream.
 */
@NullMarked
package io.github.websockethttp2.stream;

import org.jspecify.annotations.NullMarked;
