package io.github.websockethttp2.server.http2;

import io.github.websockethttp2.transport.ConnectionWindow;

/**
 * What the HTTP/2 connections of a server have, by its settings.
 *
 * @param offered whether clients are told that they may open WebSockets (RFC 8441,
 * section 3); what is not offered is refused
 * @param settings what a connection is held to
 * @param window the window for receiving
 * @param maxSessions sessions that a connection may have at a time
 * @param idle the server's idle timeout
 * @param resets what a client may send before it is taken for an attacker
 */
record ConnectionTerms(boolean offered, ConnectionSettings settings, ConnectionWindow window, int maxSessions,
		IdleTimeout idle, FrameLimit resets) {

}
