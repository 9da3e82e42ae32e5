package io.github.websockethttp2.client;

import java.net.URI;

import io.github.websockethttp2.server.WebSocketMapping;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;

/**
 * A host among the headers is the one that is asked for, as with Spring's client: a
 * gateway passes on the host that it was asked for.
 */
class GivenHostTests {

	@RegisterExtension
	static final TestServers SERVERS = new TestServers(Handlers.class);

	@ParameterizedTest
	@EnumSource
	void hostIsTheOneThatWasGiven(Transport transport) {
		HttpHeaders headers = new HttpHeaders();
		StepVerifier.create(host(transport, headers))
			.expectNext("localhost:" + SERVERS.server(transport).port())
			.verifyComplete();
		headers.set(HttpHeaders.HOST, "www.example.com:8443");
		StepVerifier.create(host(transport, headers)).expectNext("www.example.com:8443").verifyComplete();
	}

	private static Mono<String> host(Transport transport, HttpHeaders headers) {
		Http2WebSocketClient client = Http2WebSocketClient.builder()
			.http2(transport.isHttp2())
			.priorKnowledge(true)
			.tls((context) -> context.trustManager(InsecureTrustManagerFactory.INSTANCE))
			.handshakeTimeout(Waiting.TIMEOUT)
			.build();
		URI url = URI.create(
				((transport.isTls()) ? "wss" : "ws") + "://localhost:" + SERVERS.server(transport).port() + "/host");
		Sinks.One<String> host = Sinks.one();
		return client
			.execute(url, headers,
					(session) -> session.receive()
						.map(WebSocketMessage::getPayloadAsText)
						.doOnNext(host::tryEmitValue)
						.then())
			.then(host.asMono());
	}

	@Configuration(proxyBeanMethods = false)
	static class Handlers {

		@Bean
		@WebSocketMapping("/host")
		WebSocketHandler host() {
			return (session) -> session
				.send(Mono.just(session.textMessage(session.getHandshakeInfo().getUri().getAuthority())));
		}

	}

}
