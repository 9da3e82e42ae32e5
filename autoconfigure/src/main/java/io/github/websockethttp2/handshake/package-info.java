/**
 * Handshakes, and the policies that accept or refuse them. Knows no Netty. The API is
 * {@link HandshakePolicy}, {@link HandshakeDecision} and {@link ReceivedRequest}; all
 * other types are internal and may change in any version.
 */
@NullMarked
package io.github.websockethttp2.handshake;

import org.jspecify.annotations.NullMarked;
