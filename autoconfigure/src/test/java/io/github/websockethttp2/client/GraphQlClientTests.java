package io.github.websockethttp2.client;

import java.net.URI;

import io.github.websockethttp2.session.WebSocketSessions;
import io.github.websockethttp2.session.WebSocketTransport;
import io.github.websockethttp2.testsupport.TestServer;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.graphql.client.WebSocketGraphQlClient;
import org.springframework.graphql.data.method.annotation.Argument;
import org.springframework.graphql.data.method.annotation.SubscriptionMapping;
import org.springframework.stereotype.Controller;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Spring for GraphQL's client takes ours as it is.
 */
class GraphQlClientTests {

	@RegisterExtension
	static final TestServers SERVERS = new TestServers(Application.class,
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
		URI url = URI.create(((transport.isTls()) ? "wss" : "ws") + "://localhost:" + server.port() + "/graphql");
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

	@Configuration(proxyBeanMethods = false)
	@Import(CountController.class)
	static class Application {

	}

	@Controller
	static class CountController {

		@SubscriptionMapping
		Flux<Integer> count(@Argument int to) {
			return Flux.range(1, to);
		}

	}

}
