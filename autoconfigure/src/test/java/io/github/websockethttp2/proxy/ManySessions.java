package io.github.websockethttp2.proxy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.websockethttp2.session.WebSocketSessions;
import io.github.websockethttp2.session.WebSocketTransport;
import io.github.websockethttp2.testsupport.TestServer;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import org.awaitility.Awaitility;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * As many sessions as a proxy or the server allows.
 */
final class ManySessions {

	/** More than the server lets a client have on a connection. */
	private static final int COUNT = 300;

	private static final int STREAMS_PER_CONNECTION = 128;

	private ManySessions() {
	}

	/**
	 * Opens more sessions than a connection may carry, none of which is refused.
	 * @param server the application, which is a {@link ProxiedServer}
	 * @param port the port of the proxy
	 */
	static void openAtATime(TestServer server, int port) {
		List<WebSocketConnection> connections = new ArrayList<>();
		try {
			for (int i = 0; i < COUNT; i++) {
				WebSocketConnection connection = Transport.H1.connect(port);
				connections.add(connection);
				connection.open(ProxiedServer.ECHO);
			}
			ProxiedServer.Seen seen = server.bean(ProxiedServer.Seen.class);
			assertThat(seen.protocols()).isEqualTo(Map.of(WebSocketTransport.Protocol.HTTP_2, COUNT));
			assertThat(seen.connectionIds()).hasSizeBetween(3, 6)
				.allSatisfy((id, sessions) -> assertThat(sessions).isLessThanOrEqualTo(STREAMS_PER_CONNECTION));
		}
		finally {
			connections.forEach(WebSocketConnection::close);
		}
	}

	/**
	 * Opens one session more than the server allows, which is one, and another one after
	 * the first has ended.
	 * @param server the application, which is a {@link ProxiedServer}
	 * @param transport how clients talk to the proxy
	 * @param port the port of the proxy
	 */
	static void refused(TestServer server, Transport transport, int port) {
		try (WebSocketConnection first = transport.connect(port)) {
			first.open(ProxiedServer.ECHO);
			try (WebSocketConnection second = transport.connect(port)) {
				WebSocketConnection.Head refusal = second.tryOpen(ProxiedServer.ECHO);
				assertThat(refusal.status()).isEqualTo(503);
				assertThat(refusal.header("retry-after")).isNotNull();
			}
			first.abort();
			Awaitility.await().until(() -> {
				try (WebSocketConnection third = transport.connect(port)) {
					return third.handshake(ProxiedServer.ECHO) < 300;
				}
			});
		}
		Awaitility.await().until(() -> server.bean(WebSocketSessions.class).getCount() == 0);
	}

}
