/**
 * WebSockets that are opened by Reactor Netty or by the application itself, bypassing the
 * starter. Internal: may change in any version.
 */
@NullMarked
package io.github.websockethttp2.server.foreign;

import org.jspecify.annotations.NullMarked;
