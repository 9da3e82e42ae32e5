package io.github.websockethttp2.server;

import io.github.websockethttp2.testsupport.CountController;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketStream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.skyscreamer.jsonassert.JSONAssert;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Spring for GraphQL, whose mapping of WebSockets takes GET alone, serves subscriptions
 * over every transport.
 */
class OneHandshakeGraphQlTests {

	private static final String PROTOCOL = "graphql-transport-ws";

	@RegisterExtension
	static final TestServers servers = new TestServers(CountController.class,
			"spring.graphql.schema.locations=classpath:one-handshake/", "spring.graphql.websocket.path=/graphql");

	@ParameterizedTest
	@EnumSource
	void subscribes(Transport transport) throws Exception {
		try (WebSocketConnection connection = servers.connect(transport)) {
			WebSocketStream socket = connection.open("/graphql", "sec-websocket-protocol", PROTOCOL);
			socket.sendText("{\"type\": \"connection_init\"}");
			JSONAssert.assertEquals("{type: connection_ack}", socket.awaitText(), false);
			socket.sendText("""
					{"id": "1", "type": "subscribe", "payload": {"query": "subscription { count(to: 2) }"}}""");
			JSONAssert.assertEquals("{id: '1', type: next, payload: {data: {count: 1}}}", socket.awaitText(), false);
			JSONAssert.assertEquals("{id: '1', type: next, payload: {data: {count: 2}}}", socket.awaitText(), false);
			JSONAssert.assertEquals("{id: '1', type: complete}", socket.awaitText(), false);
			socket.sendClose(1000, "");
			assertThat(socket.awaitClose().code()).isEqualTo(1000);
		}
	}

	@ParameterizedTest
	@EnumSource
	void answersTheSubprotocol(Transport transport) {
		try (WebSocketConnection connection = servers.connect(transport)) {
			assertThat(connection.tryOpen("/graphql", "sec-websocket-protocol", "x, " + PROTOCOL)
				.header("sec-websocket-protocol")).isEqualTo(PROTOCOL);
		}
	}

}
