package io.github.websockethttp2.transport;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.github.websockethttp2.server.WebSocketMapping;
import io.github.websockethttp2.testsupport.Http2Client;
import io.github.websockethttp2.testsupport.Http2Stream;
import io.github.websockethttp2.testsupport.RequestHandlers;
import io.github.websockethttp2.testsupport.SampledLeaks;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.socket.WebSocketHandler;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Sessions that read everything never stop for want of a window, however small the
 * connection's is and however many they are.
 */
@SampledLeaks
class InboundCreditTests {

	private static final int KB = 1024;

	/**
	 * Many sessions, each of which has consumed less than is worth a frame.
	 */
	@Nested
	class OnASmallWindow {

		private static final int SESSIONS = 110;

		@RegisterExtension
		static final TestServers SERVERS = new TestServers(Handlers.class,
				"websocket.http2.connection-window-size=512KB");

		@ParameterizedTest
		@EnumSource(names = { "H2C", "H2" })
		void everySessionGetsItsOnlyMessage(Transport transport) {
			try (Http2Client client = SERVERS.http2(transport)) {
				List<WebSocketStream> sessions = open(client, SESSIONS);
				byte[] message = new byte[8_100];
				for (WebSocketStream session : sessions) {
					session.sendBinary(message);
					assertThat(session.awaitBinary()).isEqualTo(message);
				}
			}
		}

		@ParameterizedTest
		@CsvSource({ "H2C, 1", "H2C, 2", "H2C, 3", "H2C, 4", "H2, 5", "H2, 6" })
		void everySessionGetsMessagesOfAnySize(Transport transport, long seed) {
			Random random = new Random(seed);
			try (Http2Client client = SERVERS.http2(transport)) {
				List<WebSocketStream> sessions = open(client, 60 + random.nextInt(SESSIONS - 60));
				int limit = 1 << (10 + random.nextInt(7));
				for (int round = 0; round < 4; round++) {
					List<byte[]> messages = new ArrayList<>();
					for (WebSocketStream session : sessions) {
						byte[] message = new byte[random.nextInt(limit)];
						random.nextBytes(message);
						messages.add(message);
						session.sendBinary(message);
					}
					for (int i = 0; i < messages.size(); i++) {
						assertThat(sessions.get(i).awaitBinary()).isEqualTo(messages.get(i));
					}
				}
			}
		}

	}

	/**
	 * Streams that are not read hold most of the window, and what they leave is enough
	 * for all that is read.
	 */
	@Nested
	class BesidesStalledStreams {

		private static final int STREAMS = 10;

		private static final int WINDOW = 64 * KB - 1;

		@RegisterExtension
		static final TestServers SERVERS = new TestServers(Handlers.class,
				"websocket.http2.max-streams-per-connection=" + STREAMS,
				"websocket.http2.max-sessions-per-connection=" + STREAMS,
				"websocket.http2.stream-window-size=" + WINDOW + "B",
				"websocket.http2.connection-window-size=" + STREAMS * WINDOW + "B");

		@ParameterizedTest
		@EnumSource(names = { "H2C", "H2" })
		void sessionGoesOn(Transport transport) {
			try (Http2Client client = SERVERS.http2(transport)) {
				stall(client);
				WebSocketStream echo = client.openWebSocket("/echo");
				byte[] message = new byte[5_000];
				for (int i = 0; i < 200; i++) {
					echo.sendBinary(message);
					assertThat(echo.awaitBinary()).isEqualTo(message);
				}
			}
		}

		@ParameterizedTest
		@EnumSource(names = { "H2C", "H2" })
		void uploadGoesOn(Transport transport) {
			try (Http2Client client = SERVERS.http2(transport)) {
				stall(client);
				Http2Stream upload = client.open(client.post("/count"), false);
				upload.send(new byte[1024 * KB], true);
				assertThat(upload.awaitBodyAsString()).isEqualTo("" + 1024 * KB);
			}
		}

		/**
		 * What a stream that is over has held comes back to those that wait for it.
		 */
		@ParameterizedTest
		@EnumSource(names = { "H2C", "H2" })
		void windowOfARefusedHandshakeComesBack(Transport transport) {
			try (Http2Client client = SERVERS.http2(transport)) {
				stall(client);
				for (int i = 0; i < 20; i++) {
					Http2Stream refused = client.open(client.webSocket("/nothing-here"), false);
					refused.send(new byte[WINDOW / 2], true);
					assertThat(refused.status()).isEqualTo(404);
					refused.awaitEndStream();
				}
			}
		}

		private void stall(Http2Client client) {
			for (int i = 0; i < STREAMS - 1; i++) {
				WebSocketStream stalled = client.openWebSocket("/stalled");
				for (int sent = 0; sent < 2 * WINDOW; sent += 20_000) {
					stalled.sendBinary(new byte[20_000]);
				}
			}
			client.barrier();
		}

	}

	private List<WebSocketStream> open(Http2Client client, int count) {
		List<WebSocketStream> sessions = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			sessions.add(client.openWebSocket("/echo"));
		}
		return sessions;
	}

	@Configuration(proxyBeanMethods = false)
	static class Handlers extends RequestHandlers {

		@Bean
		@WebSocketMapping("/stalled")
		WebSocketHandler stalled() {
			return (session) -> Mono.never();
		}

	}

}
