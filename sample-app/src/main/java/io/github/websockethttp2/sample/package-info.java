/**
 * A dashboard of many WebSockets on one connection. To see what an application does to
 * use the starter, begin with {@code EchoHandler} in {@code dashboard}, then read
 * {@code RoomHandler} in {@code room}.
 */
@NullMarked
package io.github.websockethttp2.sample;

import org.jspecify.annotations.NullMarked;
