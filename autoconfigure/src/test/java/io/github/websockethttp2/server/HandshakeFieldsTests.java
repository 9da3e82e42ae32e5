package io.github.websockethttp2.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import ch.qos.logback.classic.Level;
import io.github.websockethttp2.testsupport.Http1Client;
import io.github.websockethttp2.testsupport.LogCapture;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketConnection.Head;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketSession;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the fields of a handshake must be (RFC 6455, section 4.2.1).
 */
class HandshakeFieldsTests {

	private static final String KEY = "Sec-WebSocket-Key: ";

	@RegisterExtension
	static final TestServers servers = new TestServers(Application.class, "websocket.http2.compression.enabled=true");

	@ParameterizedTest
	@ValueSource(strings = { "dGhlIHNhbXBsZSBub25jZQ==", "AAAAAAAAAAAAAAAAAAAAAA==", "+/+/+/+/+/+/+/+/+/+/+w==" })
	void keyOfSixteenOctetsIsTaken(String key) {
		assertThat(handshake(KEY + key)).isEqualTo(101);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "x", "the sample nonce", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZQ=",
			"dGhlIHNhbXBsZSBub25jZ===", "AAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAAA=", "AAAAAAAAAAAAAAAAAAAAAAAA",
			"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "dGhlIHNhbXBsZSBub25jZQ==, dGhlIHNhbXBsZSBub25jZQ==",
			"-_-_-_-_-_-_-_-_-_-_-w==", "\"GhlIHNhbXBsZSBub25jZQ==\"", "dGhlIHNhbXBs ZSBub25jZQ==" })
	void anyOtherKeyIsABadRequest(String key) {
		assertThat(handshake(KEY + key)).isEqualTo(400);
	}

	@Test
	void repeatedKeyIsABadRequest() {
		assertThat(handshake(KEY + "dGhlIHNhbXBsZSBub25jZQ==", KEY + "dGhlIHNhbXBsZSBub25jZQ==")).isEqualTo(400);
		assertThat(handshake(KEY + "dGhlIHNhbXBsZSBub25jZQ==", KEY + "x")).isEqualTo(400);
	}

	/**
	 * RFC 8441, section 5: the key is not used.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "", "x", "dGhlIHNhbXBsZSBub25jZQ==" })
	void keyDoesNotMatterOverHttp2(String key) {
		try (WebSocketConnection connection = servers.connect(Transport.H2C)) {
			assertThat(connection.handshake("/socket", "sec-websocket-key", key)).isEqualTo(200);
		}
	}

	/**
	 * What is sent for a body would be taken for frames.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "Content-Length: 5", "Transfer-Encoding: chunked" })
	void handshakeWithABodyIsABadRequest(String header) {
		try (WebSocketConnection connection = servers.connect(Transport.H1_TLS)) {
			String[] field = header.split(": ");
			assertThat(connection.handshake("/socket", field[0], field[1])).isEqualTo(400);
		}
	}

	/**
	 * Netty collects such a request, since it might ask for HTTP/2.
	 */
	@Test
	void handshakeWithABodyInCleartextIsRefusedByNetty() {
		assertThat(handshake("Content-Length: 5")).isEqualTo(413);
	}

	@Test
	void handshakeWithoutABodyMaySaySo() {
		assertThat(handshake("Content-Length: 0")).isEqualTo(101);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "Upgrade: WebSocket|101", "Upgrade: h2c|400", "Upgrade: |400",
			"Connection: keep-alive, Upgrade|101", "Connection: upgrade|101", "Connection: close|400" })
	void upgradeAndConnectionAreCheckedAsSpringDoes(String header, int status) {
		assertThat(handshake(header)).isEqualTo(status);
	}

	/**
	 * RFC 9110, section 7.8: it must be ignored, so that this is a request like any
	 * other.
	 */
	@ParameterizedTest
	@CsvSource({ "/socket, 400", "/annotated, 404", "/annotated-page, 200", "/upgrading, 400" })
	void upgradeOfHttp10IsIgnored(String path, int status) throws IOException {
		for (String version : new String[] { "HTTP/1.0", "HTTP/0.9" }) {
			assertThat(statusLine(path, version)).as(version).contains(" " + status + " ");
		}
		assertThat(statusLine(path, "HTTP/1.1")).contains(" 101 ");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "none", value = { "chat|chat", "other, chat|chat", "chat, chat|chat",
			",, chat ,|chat", "\"chat\"|none", "ch at|none", "Chat|none", ",|none", "chat;q=1|none" })
	void subProtocolIsChosenFromWhateverIsOffered(String offered, String selected) {
		for (Transport transport : new Transport[] { Transport.H1, Transport.H2C }) {
			try (WebSocketConnection connection = servers.connect(transport); LogCapture log = LogCapture.start()) {
				Head head = connection.tryOpen("/socket", "sec-websocket-protocol", offered);
				assertThat(head.status()).isIn(101, 200);
				assertThat(head.header("sec-websocket-protocol")).isEqualTo(selected);
				log.assertNothingAbove(Level.DEBUG);
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { ";", ",", "=", "\"", "permessage-deflate; ;", "permessage-deflate;=",
			"permessage-deflate=x", "permessage-deflate; server_max_window_bits=99999999999",
			"permessage-deflate; client_max_window_bits=\"", "\u00e9" })
	void unknownExtensionsAreIgnored(String offered) {
		for (Transport transport : new Transport[] { Transport.H1, Transport.H2C }) {
			try (WebSocketConnection connection = servers.connect(transport); LogCapture log = LogCapture.start()) {
				Head head = connection.tryOpen("/socket", "sec-websocket-extensions", offered);
				assertThat(head.status()).isIn(101, 200);
				assertThat(head.header("sec-websocket-extensions")).isNull();
				log.assertNothingAbove(Level.DEBUG);
			}
		}
	}

	private static int handshake(String... headers) {
		int port = servers.server(Transport.H1).port();
		try (Http1Client client = Http1Client.connect(port); LogCapture log = LogCapture.start()) {
			int status = client.webSocket("/socket", headers).status();
			log.assertNothingAbove(Level.DEBUG);
			return status;
		}
	}

	private static String statusLine(String path, String version) throws IOException {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), servers.server(Transport.H1).port());
				LogCapture log = LogCapture.start()) {
			socket.setSoTimeout((int) Waiting.TIMEOUT.toMillis());
			socket.getOutputStream()
				.write(("GET " + path + " " + version + "\r\nHost: localhost\r\nUpgrade: websocket\r\n"
						+ "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n" + KEY
						+ "dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
					.getBytes(StandardCharsets.ISO_8859_1));
			StringBuilder line = new StringBuilder();
			int c;
			while ((c = socket.getInputStream().read()) > 0 && c != '\n') {
				line.append((char) c);
			}
			log.assertNothingAbove(Level.DEBUG);
			return line.toString();
		}
	}

	@Configuration(proxyBeanMethods = false)
	@Import(Page.class)
	static class Application {

		static final WebSocketHandler CHAT = new WebSocketHandler() {

			@Override
			public List<String> getSubProtocols() {
				return List.of("chat");
			}

			@Override
			public Mono<Void> handle(WebSocketSession session) {
				return session.receive().then();
			}

		};

		@Bean
		HandlerMapping mapping() {
			return new SimpleUrlHandlerMapping(Map.of("/socket", CHAT, "/upgrading", CHAT), -1);
		}

		@Bean
		@WebSocketMapping({ "/annotated", "/annotated-page" })
		WebSocketHandler annotated() {
			return CHAT::handle;
		}

	}

	@RestController
	static class Page {

		@GetMapping("/annotated-page")
		String page() {
			return "page";
		}

	}

}
