package io.github.websockethttp2.server.http2;

import java.util.ArrayList;
import java.util.List;

import ch.qos.logback.classic.Level;
import io.github.websockethttp2.server.WebSocketMapping;
import io.github.websockethttp2.session.SessionRegistry;
import io.github.websockethttp2.testsupport.GoAway;
import io.github.websockethttp2.testsupport.Http2Client;
import io.github.websockethttp2.testsupport.Http2Stream;
import io.github.websockethttp2.testsupport.LogCapture;
import io.github.websockethttp2.testsupport.RequestHandlers;
import io.github.websockethttp2.testsupport.SampledLeaks;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketStream;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketSession;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * How many sessions there may be, and how many streams a client may reset.
 */
@SampledLeaks
class BudgetTests {

	private static final int MAX_SESSIONS = 5;

	@RegisterExtension
	static final TestServers SERVERS = new TestServers(Handlers.class, "websocket.http2.max-sessions=" + MAX_SESSIONS,
			"websocket.http2.max-sessions-per-connection=3", "websocket.http2.max-streams-per-connection=8",
			"websocket.http2.close-timeout=300ms");

	/** With nothing set, as far as resets are concerned. */
	@RegisterExtension
	static final TestServers DEFAULTS = new TestServers(Handlers.class);

	@AfterEach
	void everyPlaceIsBack() {
		SERVERS.awaitNoSessions();
	}

	@ParameterizedTest
	@EnumSource
	void refusesMoreSessionsThanTheServerMayHave(Transport transport) {
		List<WebSocketConnection> connections = new ArrayList<>();
		try (WebSocketConnection late = SERVERS.connect(transport)) {
			List<WebSocketStream> sockets = new ArrayList<>();
			for (int i = 0; i < MAX_SESSIONS; i++) {
				connections.add(SERVERS.connect(transport));
				sockets.add(connections.get(i).open("/echo"));
			}
			try (LogCapture log = LogCapture.start()) {
				assertRefused(late);
				log.assertNothingAbove(Level.DEBUG);
			}
			assertThat(late.request("GET", "/hello").status()).isEqualTo(200);
			sockets.get(0).sendClose(1000, "");
			assertThat(sockets.get(0).awaitClose().code()).isEqualTo(1000);
			awaitCount(transport, MAX_SESSIONS - 1);
			late.open("/echo").sendText("a place came free");
			connections.get(1).abort();
			awaitCount(transport, MAX_SESSIONS - 1);
		}
		finally {
			connections.forEach(WebSocketConnection::close);
		}
	}

	/**
	 * Sessions over HTTP/1.1 and HTTP/2 count together.
	 */
	@Test
	void countsAllTransportsTogether() {
		try (WebSocketConnection http2 = SERVERS.connect(Transport.H2C);
				WebSocketConnection http1 = SERVERS.connect(Transport.H1);
				WebSocketConnection another = SERVERS.connect(Transport.H1);
				WebSocketConnection late = SERVERS.connect(Transport.H1);
				WebSocketConnection late2 = SERVERS.connect(Transport.H2C)) {
			for (int i = 0; i < 3; i++) {
				http2.open("/echo");
			}
			http1.open("/echo");
			another.open("/echo");
			assertRefused(late);
			assertRefused(late2);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void refusesMoreSessionsThanAConnectionMayHave(Transport transport) {
		try (Http2Client client = SERVERS.http2(transport);
				WebSocketConnection connection = WebSocketConnection.of(client);
				WebSocketConnection other = SERVERS.connect(transport)) {
			List<WebSocketStream> sockets = new ArrayList<>();
			for (int i = 0; i < 3; i++) {
				sockets.add(connection.open("/echo"));
			}
			assertRefused(connection);
			// The others are for requests
			for (int i = 0; i < 20; i++) {
				assertThat(connection.request("GET", "/hello").status()).isEqualTo(200);
			}
			other.open("/echo").sendText("another connection");
			sockets.get(2).sendClose(1000, "");
			sockets.get(2).awaitClose();
			awaitCount(transport, 3);
			WebSocketStream socket = connection.open("/echo");
			socket.sendText("a place came free");
			assertThat(socket.awaitText()).isEqualTo("a place came free");
		}
	}

	/**
	 * The streams of refused handshakes come back, whether the client ends them or not.
	 */
	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void aThousandRefusalsCostTheConnectionNothing(Transport transport) {
		try (Http2Client client = SERVERS.http2(transport)) {
			for (int i = 0; i < 3; i++) {
				client.openWebSocket("/echo");
			}
			for (int i = 0; i < 1000; i++) {
				Http2Stream refused = client.open(client.webSocket("/echo"), false);
				assertThat(refused.status()).isEqualTo(503);
				if (i % 100 != 0) {
					refused.endStream();
				}
				else {
					// After the close timeout, which gives the slot back
					assertThat(refused.awaitReset()).isEqualTo(Http2Error.NO_ERROR);
				}
			}
			assertThat(client.open(client.get("/hello"), true).status()).isEqualTo(200);
			assertThat(client.goAways()).isEmpty();
		}
	}

	@ParameterizedTest
	@EnumSource
	void placesOfHandshakesThatFailComeBack(Transport transport) {
		SessionRegistry sessions = SERVERS.server(transport).bean(SessionRegistry.class);
		await().until(() -> sessions.getBudget().getUsed() == 0);
		for (int i = 0; i < 5; i++) {
			try (WebSocketConnection connection = SERVERS.connect(transport)) {
				assertThat(connection.tryOpen("/no-protocols").status()).isEqualTo(500);
			}
		}
		assertThat(sessions.getBudget().getUsed()).isZero();
	}

	/**
	 * A place is taken for no longer than the handshake if it comes to nothing.
	 */
	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void placesOfHandshakesThatAreResetComeBack(Transport transport) {
		try (Http2Client client = SERVERS.http2(transport)) {
			for (int i = 0; i < 50; i++) {
				client.inOneFlight(() -> {
					Http2Stream stream = client.open(client.webSocket("/echo"), false);
					stream.reset(Http2Error.CANCEL);
				});
			}
			client.barrier();
			SessionRegistry sessions = SERVERS.server(transport).bean(SessionRegistry.class);
			await().until(() -> sessions.getBudget().getUsed() == 0);
			for (int i = 0; i < 3; i++) {
				client.openWebSocket("/echo");
			}
		}
	}

	private static void awaitCount(Transport transport, int count) {
		SessionRegistry sessions = SERVERS.server(transport).bean(SessionRegistry.class);
		await().until(() -> sessions.getCount() == count);
	}

	private static void assertRefused(WebSocketConnection connection) {
		WebSocketConnection.Head head = connection.tryOpen("/echo");
		assertThat(head.status()).isEqualTo(503);
		assertThat(Integer.parseInt(head.header("retry-after"))).isPositive();
		assertThat(head.header("sec-websocket-accept")).isNull();
		assertThat(head.header("upgrade")).isNull();
	}

	@Nested
	class Resets {

		/**
		 * What a busy proxy in front does in the window of 30 seconds: 100 a second for
		 * nearly all of it.
		 */
		@ParameterizedTest
		@EnumSource(names = { "H2C", "H2" })
		void aProxyThatResetsAHundredStreamsASecondKeepsItsConnection(Transport transport) {
			try (Http2Client client = DEFAULTS.http2(transport)) {
				WebSocketStream socket = client.openWebSocket("/echo");
				resetStreams(client, 2_900, client.webSocket("/echo"));
				socket.sendText("hello");
				assertThat(socket.awaitText()).isEqualTo("hello");
				assertThat(client.goAways()).isEmpty();
				assertThat(client.open(client.get("/hello"), true).status()).isEqualTo(200);
			}
		}

		@ParameterizedTest
		@EnumSource(names = { "H2C", "H2" })
		void aRapidResetAttackLosesItsConnectionAndHarmsNoOther(Transport transport) {
			SessionRegistry sessions = DEFAULTS.server(transport).bean(SessionRegistry.class);
			try (LogCapture log = LogCapture.start();
					WebSocketConnection other = DEFAULTS.connect(transport);
					Http2Client attacker = DEFAULTS.http2(transport)) {
				WebSocketStream socket = other.open("/echo");
				attacker.openWebSocket("/echo");
				for (int i = 0; i < 100 && attacker.isOpen(); i++) {
					Http2Headers headers = (i % 2 == 0) ? attacker.webSocket("/echo") : attacker.get("/hello");
					attacker.inOneFlight(() -> {
						for (int j = 0; j < 100; j++) {
							attacker.open(headers, false).reset(Http2Error.CANCEL);
						}
					});
					socket.sendText("hello " + i);
					assertThat(socket.awaitText()).isEqualTo("hello " + i);
				}
				GoAway goAway = attacker.awaitGoAway();
				assertThat(goAway.error()).isEqualTo(Http2Error.ENHANCE_YOUR_CALM);
				attacker.awaitClosed();
				await().until(() -> sessions.getCount() == 1 && sessions.getBudget().getUsed() == 1);
				socket.sendText("still here");
				assertThat(socket.awaitText()).isEqualTo("still here");
				log.assertNothingAbove(Level.DEBUG);
			}
		}

		private void resetStreams(Http2Client client, int count, Http2Headers headers) {
			for (int sent = 0; sent < count; sent += 100) {
				client.inOneFlight(() -> {
					for (int i = 0; i < 100; i++) {
						client.open(headers, false).reset(Http2Error.CANCEL);
					}
				});
				client.barrier();
			}
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Handlers extends RequestHandlers {

		@Bean
		@WebSocketMapping("/no-protocols")
		WebSocketHandler failing() {
			return new WebSocketHandler() {

				@Override
				public List<String> getSubProtocols() {
					throw new IllegalStateException("The handler does not know its protocols");
				}

				@Override
				public Mono<Void> handle(WebSocketSession session) {
					return Mono.empty();
				}

			};
		}

	}

}
