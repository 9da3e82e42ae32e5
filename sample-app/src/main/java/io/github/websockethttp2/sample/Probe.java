package io.github.websockethttp2.sample;

import io.github.websockethttp2.session.WebSocketTransport;

/**
 * An open socket of the dashboard.
 *
 * @param sessionId the session
 * @param transport what carries it
 * @param clientPort the client's port of the TCP connection
 */
record Probe(String sessionId, WebSocketTransport transport, int clientPort) {
}
