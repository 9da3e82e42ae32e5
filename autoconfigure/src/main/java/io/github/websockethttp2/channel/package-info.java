/**
 * A session on its channel, for either end: what it receives, what it sends, and the
 * closing handshake.
 */
@NullMarked
package io.github.websockethttp2.channel;

import org.jspecify.annotations.NullMarked;
