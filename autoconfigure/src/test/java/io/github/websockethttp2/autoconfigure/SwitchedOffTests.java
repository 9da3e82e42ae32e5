package io.github.websockethttp2.autoconfigure;

import io.github.websockethttp2.server.WebSocketMapping;
import io.github.websockethttp2.session.WebSocketSessions;
import io.github.websockethttp2.session.WebSocketTransport;
import io.github.websockethttp2.testsupport.Http2Client;
import io.github.websockethttp2.testsupport.TestServer;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketStream;
import io.netty.handler.codec.http2.Http2Headers;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;

import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.socket.WebSocketHandler;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that whoever switches WebSocket over HTTP/2 off keeps all the rest.
 */
class SwitchedOffTests {

	@ParameterizedTest
	@CsvSource({ "H1, websocket.http2.enabled", "H1, server.http2.enabled", "H1_TLS, websocket.http2.enabled",
			"H1_TLS, server.http2.enabled" })
	void handlersAreServedAndGuardedOverHttp1(Transport transport, String property) {
		try (TestServer server = TestServer.start(transport, Handlers.class, property + "=false",
				"websocket.http2.max-sessions=1", "websocket.http2.max-message-size=1KB");
				WebSocketConnection first = server.connect();
				WebSocketConnection second = server.connect();
				WebSocketConnection stranger = server.connect()) {
			assertThat(stranger.handshake("/rooms/one", "origin", "https://evil.example")).isEqualTo(403);
			WebSocketStream socket = first.open("/rooms/one");
			assertThat(socket.awaitText()).isEqualTo("HTTP/1.1 one");
			assertThat(server.bean(WebSocketSessions.class).getCount()).isEqualTo(1);
			assertThat(second.handshake("/rooms/two")).isEqualTo(503);
			socket.sendText("x".repeat(1025));
			assertThat(socket.awaitClose().code()).isEqualTo(1009);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void settingIsWithdrawnAndConnectRefused(Transport transport) {
		try (TestServer server = TestServer.start(transport, Handlers.class, "websocket.http2.enabled=false",
				"server.http2.enabled=true"); Http2Client client = server.http2()) {
			assertThat(client.serverSettings().connectProtocolEnabled()).isNotEqualTo(Boolean.TRUE);
			for (int i = 0; i < 50; i++) {
				Http2Headers response = client.open(client.webSocket("/rooms/one"), false).awaitHeaders();
				assertThat(response.status()).hasToString("501");
			}
			Http2Headers page = client.open(client.request("GET", "/nowhere"), true).awaitHeaders();
			assertThat(page.status()).hasToString("404");
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class Handlers {

		@Bean
		@WebSocketMapping("/rooms/{room}")
		WebSocketHandler room() {
			return (session) -> session
				.send(Mono.just(session.textMessage(
						WebSocketTransport.of(session).protocol() + " " + session.getAttributes().get("room"))))
				.and(session.receive());
		}

		@Bean
		NettyServerCustomizer offersIt() {
			return (server) -> server.http2Settings((builder) -> builder.connectProtocolEnabled(true));
		}

	}

}
