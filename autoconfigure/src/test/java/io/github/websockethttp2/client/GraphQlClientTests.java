package io.github.websockethttp2.client;

import java.net.URI;

import io.github.websockethttp2.session.WebSocketSessions;
import io.github.websockethttp2.session.WebSocketTransport;
import io.github.websockethttp2.testsupport.CountController;
import io.github.websockethttp2.testsupport.TestServer;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.test.StepVerifier;

import org.springframework.graphql.client.WebSocketGraphQlClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Spring for GraphQL's client takes ours as it is.
 */
class GraphQlClientTests {

	@RegisterExtension
	static final TestServers SERVERS = new TestServers(CountController.class,
			"spring.graphql.schema.locations=classpath:one-handshake/", "spring.graphql.websocket.path=/graphql");

	@ParameterizedTest
	@EnumSource
	void subscribes(Transport transport) {
		TestServer server = SERVERS.server(transport);
		Http2WebSocketClient client = Http2WebSocketClient.builder()
			.http2(transport.isHttp2())
			.priorKnowledge(true)
			.tls((context) -> context.trustManager(InsecureTrustManagerFactory.INSTANCE))
			.build();
		URI url = transport.url(server.port(), "/graphql");
		WebSocketGraphQlClient graphQl = WebSocketGraphQlClient.create(url, client);
		try {
			for (int i = 0; i < 2; i++) {
				StepVerifier
					.create(graphQl.document("subscription { count(to: 2) }")
						.retrieveSubscription("count")
						.toEntity(Integer.class))
					.expectNext(1, 2)
					.expectComplete()
					.verify(Waiting.TIMEOUT);
			}
			assertThat(server.bean(WebSocketSessions.class).getAll()).singleElement()
				.satisfies((session) -> assertThat(session.getTransport().protocol()).isEqualTo((transport.isHttp2())
						? WebSocketTransport.Protocol.HTTP_2 : WebSocketTransport.Protocol.HTTP_1_1));
		}
		finally {
			graphQl.stop().block(Waiting.TIMEOUT);
		}
		server.awaitNoSessions();
	}

}
