package io.github.websockethttp2.session;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.github.websockethttp2.server.WebSocketMapping;
import io.github.websockethttp2.testsupport.Http2Client;
import io.github.websockethttp2.testsupport.TestServer;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketStream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.socket.WebSocketHandler;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What applications may rely on when they keep the id of a session, in Redis or in an
 * audit: nobody else has it, and nobody guesses it.
 */
class SessionIdTests {

	private static final int CONNECTIONS = 30;

	/** Of 64 values each: two of a run agree in so many by chance in one of millions. */
	private static final int PART = 6;

	@RegisterExtension
	static final TestServers SERVERS = new TestServers(Handlers.class);

	@ParameterizedTest
	@EnumSource
	void idsOfConnectionsHaveNothingInCommon(Transport transport) {
		Set<String> beginnings = new HashSet<>();
		Set<String> ends = new HashSet<>();
		for (int i = 0; i < CONNECTIONS; i++) {
			try (WebSocketConnection connection = SERVERS.connect(transport)) {
				String id = connection.open("/id").awaitText();
				LiveSession session = session(transport, id);
				String connectionId = session.getTransport().connectionId();
				// 96 bits at least, and nothing that a URL or a key would have to escape
				assertThat(connectionId).matches("[0-9A-Za-z_-]{16,}");
				beginnings.add(connectionId.substring(0, PART));
				ends.add(connectionId.substring(connectionId.length() - PART));
			}
		}
		assertThat(beginnings).hasSize(CONNECTIONS);
		assertThat(ends).hasSize(CONNECTIONS);
	}

	@ParameterizedTest
	@EnumSource
	void idIsThatOfTheConnectionAndTheStream(Transport transport) {
		try (WebSocketConnection connection = SERVERS.connect(transport)) {
			String id = connection.open("/id").awaitText();
			LiveSession session = session(transport, id);
			WebSocketTransport carrier = session.getTransport();
			assertThat(session.getId()).isEqualTo(id);
			assertThat(id).isEqualTo(
					(transport.isHttp2()) ? carrier.connectionId() + "-" + carrier.streamId() : carrier.connectionId());
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void sessionsOfAConnectionShareItsId(Transport transport) {
		try (Http2Client client = SERVERS.http2(transport)) {
			List<String> ids = new ArrayList<>();
			Set<String> connections = new HashSet<>();
			for (int i = 0; i < CONNECTIONS; i++) {
				WebSocketStream socket = client.openWebSocket("/id");
				ids.add(socket.awaitText());
				connections.add(session(transport, ids.get(i)).getTransport().connectionId());
			}
			assertThat(ids).doesNotHaveDuplicates();
			assertThat(connections).hasSize(1);
		}
	}

	private static LiveSession session(Transport transport, String id) {
		TestServer server = SERVERS.server(transport);
		LiveSession session = server.bean(WebSocketSessions.class).get(id);
		assertThat(session).isNotNull();
		return session;
	}

	@Configuration(proxyBeanMethods = false)
	static class Handlers {

		@Bean
		@WebSocketMapping("/id")
		WebSocketHandler id() {
			return (session) -> session.send(Mono.just(session.textMessage(session.getId())))
				.then(session.receive().then());
		}

	}

}
