package io.github.websockethttp2.docs;

import java.lang.reflect.Constructor;
import java.net.URI;

import io.github.websockethttp2.client.Http2WebSocketClient;
import io.github.websockethttp2.testsupport.TestServer;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.rsocket.transport.ClientTransport;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.messaging.handler.annotation.MessageMapping;
import org.springframework.messaging.rsocket.RSocketRequester;
import org.springframework.messaging.rsocket.RSocketStrategies;
import org.springframework.stereotype.Controller;
import org.springframework.web.reactive.socket.client.WebSocketClient;

/**
 * Runs the transport for RSocket of the client's page, to a real RSocket server.
 */
class RSocketSnippetTests {

	@RegisterExtension
	static final TestServers SERVERS = new TestServers(Application.class, "spring.rsocket.server.transport=websocket",
			"spring.rsocket.server.mapping-path=/rsocket");

	@ParameterizedTest
	@EnumSource
	void requests(Transport transport) throws Exception {
		TestServer server = SERVERS.server(transport);
		Http2WebSocketClient client = Http2WebSocketClient.builder()
			.http2(transport.isHttp2())
			.priorKnowledge(true)
			.tls((context) -> context.trustManager(InsecureTrustManagerFactory.INSTANCE))
			.build();
		URI url = transport.url(server.port(), "/rsocket");
		Constructor<?> constructor = JavaSnippets
			.compile(Snippet.find("docs/client.md", "java", "record SessionTransport"))
			.loadClass("snippet.SessionTransport")
			.getDeclaredConstructor(WebSocketClient.class, URI.class);
		constructor.setAccessible(true);
		RSocketRequester requester = RSocketRequester.builder()
			.rsocketStrategies(server.bean(RSocketStrategies.class))
			.transport((ClientTransport) constructor.newInstance(client, url));
		try {
			StepVerifier.create(requester.route("greet").data("you").retrieveMono(String.class))
				.expectNext("hello you")
				.expectComplete()
				.verify(Waiting.TIMEOUT);
			StepVerifier.create(requester.route("count").data("1000").retrieveFlux(String.class), 10)
				.expectNextCount(10)
				.thenRequest(990)
				.expectNextCount(990)
				.expectComplete()
				.verify(Waiting.TIMEOUT);
		}
		finally {
			requester.dispose();
		}
	}

	@Configuration(proxyBeanMethods = false)
	@Import(Greetings.class)
	static class Application {

	}

	@Controller
	static class Greetings {

		@MessageMapping("greet")
		String greet(String name) {
			return "hello " + name;
		}

		@MessageMapping("count")
		Flux<String> count(String to) {
			return Flux.range(1, Integer.parseInt(to)).map(String::valueOf);
		}

	}

}
