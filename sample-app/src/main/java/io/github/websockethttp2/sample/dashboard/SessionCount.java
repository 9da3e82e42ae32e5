package io.github.websockethttp2.sample.dashboard;

import java.util.Collection;
import java.util.List;

import io.github.websockethttp2.session.LiveSession;
import io.github.websockethttp2.session.WebSocketTransport;
import io.github.websockethttp2.session.WebSocketTransport.Protocol;

/**
 * What is open over one HTTP version.
 *
 * @param protocol the HTTP version
 * @param sockets the number of sockets
 * @param connections the number of distinct connections that carry them
 */
record SessionCount(String protocol, int sockets, int connections) {

	static SessionCount of(Protocol protocol, Collection<LiveSession> sessions) {
		List<WebSocketTransport> transports = sessions.stream()
			.map(LiveSession::getTransport)
			.filter((transport) -> transport.protocol() == protocol)
			.toList();
		long connections = transports.stream().map(WebSocketTransport::connectionId).distinct().count();
		return new SessionCount(protocol.toString(), transports.size(), (int) connections);
	}

}
