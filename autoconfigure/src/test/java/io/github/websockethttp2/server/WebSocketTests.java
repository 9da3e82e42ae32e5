package io.github.websockethttp2.server;

import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

import io.github.websockethttp2.session.WebSocketTransport;
import io.github.websockethttp2.testsupport.TestServer;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.reactive.socket.HandshakeInfo;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A WebSocket behaves alike over every transport.
 */
class WebSocketTests {

	@ParameterizedTest
	@EnumSource
	void echoesTextAndBinaryMessages(Transport transport) {
		try (TestServer server = TestServer.start(transport, Handlers.class);
				WebSocketConnection connection = server.connect()) {
			WebSocketStream socket = connection.open("/echo");
			socket.sendText("hello");
			assertThat(socket.awaitText()).isEqualTo("hello");
			byte[] big = new byte[60_000];
			big[59_999] = 1;
			socket.sendBinary(big);
			assertThat(socket.awaitBinary()).isEqualTo(big);
			socket.sendPing("p");
			assertThat(socket.awaitPong()).isEqualTo("p");
			socket.sendClose(1000, "bye");
			assertThat(socket.awaitClose().code()).isEqualTo(1000);
		}
	}

	@ParameterizedTest
	@EnumSource
	void mapsByAnnotationWithTemplateVariables(Transport transport) {
		try (TestServer server = TestServer.start(transport, Handlers.class);
				WebSocketConnection connection = server.connect()) {
			assertThat(connection.open("/rooms/blue").awaitText()).isEqualTo("blue");
		}
	}

	@ParameterizedTest
	@EnumSource
	void handshakeInfoShowsWhatTheClientSent(Transport transport) {
		try (TestServer server = TestServer.start(transport, Handlers.class);
				WebSocketConnection connection = server.connect()) {
			connection.open("/info", "x-mine", "a").awaitText();
			Seen seen = Waiting.take(Handlers.SEEN);
			assertThat(seen).isNotNull();
			HttpHeaders headers = seen.info().getHeaders();
			assertThat(headers.getFirst("x-mine")).isEqualTo("a");
			assertThat(headers.getHost()).isNotNull();
			assertThat(headers.headerNames()).noneMatch((name) -> name.startsWith("x-http2"));
			assertThat(headers.containsHeader("transfer-encoding")).isFalse();
			assertThat(headers.containsHeader("upgrade")).isEqualTo(!transport.isHttp2());
			assertThat(headers.containsHeader("connection")).isEqualTo(!transport.isHttp2());
			assertThat(headers.containsHeader("sec-websocket-key")).isEqualTo(!transport.isHttp2());
			assertThat(seen.transport().protocol()).hasToString(transport.httpVersion());
		}
	}

	@ParameterizedTest
	@EnumSource
	void trimsSubprotocols(Transport transport) {
		try (TestServer server = TestServer.start(transport, Handlers.class);
				WebSocketConnection connection = server.connect()) {
			assertThat(connection.open("/protocol", "sec-websocket-protocol", "a, b").awaitText()).isEqualTo("b");
		}
	}

	record Seen(HandshakeInfo info, WebSocketTransport transport) {

	}

	@Configuration(proxyBeanMethods = false)
	static class Handlers {

		static final BlockingQueue<Seen> SEEN = new LinkedBlockingQueue<>();

		@Bean
		HandlerMapping mapping() {
			WebSocketHandler echo = (session) -> session.send(session.receive().doOnNext(WebSocketMessage::retain));
			return new SimpleUrlHandlerMapping(Map.of("/echo", echo), -1);
		}

		@Bean
		@WebSocketMapping("/rooms/{room}")
		WebSocketHandler room() {
			return (session) -> session
				.send(Mono.just(session.textMessage((String) session.getAttributes().get("room"))))
				.and(session.receive());
		}

		@Bean
		@WebSocketMapping("/info")
		WebSocketHandler info() {
			return (session) -> {
				SEEN.add(new Seen(session.getHandshakeInfo(), WebSocketTransport.of(session)));
				return session.send(Flux.just(session.textMessage("seen")));
			};
		}

		@Bean
		WebSocketHandler protocol() {
			return new ProtocolHandler();
		}

	}

	@WebSocketMapping("/protocol")
	static class ProtocolHandler implements WebSocketHandler {

		@Override
		public List<String> getSubProtocols() {
			return List.of("b");
		}

		@Override
		public Mono<Void> handle(WebSocketSession session) {
			return session.send(Flux.just(session.textMessage("" + session.getHandshakeInfo().getSubProtocol())));
		}

	}

}
