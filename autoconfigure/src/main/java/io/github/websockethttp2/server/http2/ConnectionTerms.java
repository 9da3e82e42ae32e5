package io.github.websockethttp2.server.http2;

import io.github.websockethttp2.session.ServerTraffic;
import io.github.websockethttp2.transport.ConnectionWindow;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a server's HTTP/2 connections, and what follows from them.
 *
 * @param offered whether the server advertises WebSockets (RFC 8441, section 3); if not,
 * handshakes are refused
 * @param settings the settings
 * @param window the receive window
 * @param maxSessions the maximum number of sessions per connection
 * @param idle the server's idle timeout
 * @param resets how many resets a client may send before it counts as an attacker
 * @param traffic counts what the connection does, or {@code null} if nobody wants to know
 */
record ConnectionTerms(boolean offered, ConnectionSettings settings, ConnectionWindow window, int maxSessions,
		IdleTimeout idle, FrameLimit resets, @Nullable ServerTraffic traffic) {

}
