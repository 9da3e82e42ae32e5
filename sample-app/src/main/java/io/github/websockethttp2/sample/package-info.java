/**
 * A dashboard of many WebSockets on one connection, and the handlers that it talks to.
 */
@NullMarked
package io.github.websockethttp2.sample;

import org.jspecify.annotations.NullMarked;
