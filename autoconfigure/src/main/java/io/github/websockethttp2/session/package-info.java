/**
 * Live sessions: their transport, limits and ends. Knows no Netty.
 */
@NullMarked
package io.github.websockethttp2.session;

import org.jspecify.annotations.NullMarked;
