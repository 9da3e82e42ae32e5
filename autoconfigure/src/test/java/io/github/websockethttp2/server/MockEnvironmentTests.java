package io.github.websockethttp2.server;

import java.util.Map;

import ch.qos.logback.classic.Level;
import io.github.websockethttp2.testsupport.LogCapture;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpMethod;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketSession;

/**
 * Requests that come from no server, as a {@link WebTestClient} has them that is bound to
 * the application context.
 */
class MockEnvironmentTests {

	@RegisterExtension
	static final TestServers servers = new TestServers(Application.class);

	private static WebTestClient client() {
		return WebTestClient.bindToApplicationContext(servers.server(Transport.H1).context()).build();
	}

	@ParameterizedTest
	@ValueSource(strings = { "/echo", "/annotated", "/page", "/nowhere" })
	void connectIsNotAllowed(String path) {
		client().method(HttpMethod.valueOf("CONNECT")).uri(path).exchange().expectStatus().isEqualTo(405);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/echo", "/annotated" })
	void acceptedHandshakeCannotBeServed(String path) {
		WebTestClient client = client();
		try (LogCapture log = LogCapture.start()) {
			handshake(client, path, "http://localhost").expectStatus().isEqualTo(501);
			log.assertNothingAbove(Level.DEBUG);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/echo", "/annotated" })
	void refusedHandshakeIsRefused(String path) {
		handshake(client(), path, "https://evil.example").expectStatus().isForbidden();
	}

	@Test
	void anythingElseIsServed() {
		handshake(client(), "/page", "http://localhost").expectStatus().isOk();
		client().get().uri("/page").exchange().expectStatus().isOk();
	}

	private static WebTestClient.ResponseSpec handshake(WebTestClient client, String path, String origin) {
		return client.get()
			.uri("http://localhost" + path)
			.header("Host", "localhost")
			.header("Origin", origin)
			.header("Upgrade", "websocket")
			.header("Connection", "Upgrade")
			.header("Sec-WebSocket-Version", "13")
			.header("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
			.exchange();
	}

	@Configuration(proxyBeanMethods = false)
	@Import(Page.class)
	static class Application {

		@Bean
		HandlerMapping mapping() {
			return new SimpleUrlHandlerMapping(Map.of("/echo", echo()), -1);
		}

		@Bean
		@WebSocketMapping("/annotated")
		WebSocketHandler echo() {
			return WebSocketSession::close;
		}

	}

	@RestController
	static class Page {

		@GetMapping("/page")
		String page() {
			return "page";
		}

	}

}
