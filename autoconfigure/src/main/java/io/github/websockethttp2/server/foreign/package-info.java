/**
 * WebSockets that are opened past the starter, by Reactor Netty or the application
 * itself.
 */
@NullMarked
package io.github.websockethttp2.server.foreign;

import org.jspecify.annotations.NullMarked;
