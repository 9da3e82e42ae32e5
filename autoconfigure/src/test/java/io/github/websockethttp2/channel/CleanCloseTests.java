package io.github.websockethttp2.channel;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import ch.qos.logback.classic.Level;
import io.github.websockethttp2.session.SessionRegistry;
import io.github.websockethttp2.testsupport.Frame;
import io.github.websockethttp2.testsupport.Http2Client;
import io.github.websockethttp2.testsupport.Http2Stream;
import io.github.websockethttp2.testsupport.LogCapture;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketFrames;
import io.github.websockethttp2.testsupport.WebSocketStream;
import io.netty.handler.codec.http2.Http2Error;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Any number of sessions that are closed one after the other, in whatever order the
 * client sends what is due, costs the connection that they were on nothing.
 */
class CleanCloseTests {

	private static final int CLOSES = 1000;

	/** So few that the server has no reason to hurry. */
	private static final int AT_A_TIME = 50;

	private static final int MANY_AT_A_TIME = 100;

	@RegisterExtension
	static final TestServers servers = new TestServers(Handlers.class, "websocket.http2.close-timeout=200ms");

	@RegisterExtension
	static final TestServers patientServers = new TestServers(Handlers.class, "websocket.http2.close-timeout=30s");

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void clientEndsItsStreamWithItsCloseFrame(Transport transport) {
		closeAll(patientServers, transport, (stream) -> stream.send(closeFrame(), true), (stream) -> {
		});
	}

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void clientEndsItsStreamRightAfterItsCloseFrame(Transport transport) {
		closeAll(patientServers, transport, (stream) -> {
			stream.send(closeFrame(), false);
			stream.endStream();
		}, (stream) -> {
		});
	}

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void clientEndsItsStreamAfterTheServer(Transport transport) {
		closeAll(patientServers, transport, (stream) -> stream.send(closeFrame(), false), Http2Stream::endStream);
	}

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void serverClosesAndClientEndsItsStreamWithItsCloseFrame(Transport transport) {
		closeAll(patientServers, transport, (stream) -> stream.send(WebSocketFrames.text("bye"), false),
				(stream) -> stream.send(closeFrame(), true));
	}

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void clientResetsItsStreamAfterTheServer(Transport transport) {
		closeAll(patientServers, transport, (stream) -> stream.send(closeFrame(), false),
				(stream) -> stream.reset(Http2Error.CANCEL));
	}

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void clientNeverEndsItsStream(Transport transport) {
		try (Http2Client client = servers.http2(transport); LogCapture log = LogCapture.start()) {
			for (int closed = 0; closed < CLOSES; closed += MANY_AT_A_TIME) {
				List<WebSocketStream> sockets = open(client, MANY_AT_A_TIME);
				sockets.forEach((socket) -> socket.sendClose(1000, ""));
				for (WebSocketStream socket : sockets) {
					assertThat(socket.awaitClose().code()).isEqualTo(1000);
				}
				for (WebSocketStream socket : sockets) {
					assertThat(socket.stream().awaitReset()).isEqualTo(Http2Error.NO_ERROR);
					assertThat(socket.stream().isEnded()).isTrue();
				}
			}
			assertUnharmed(servers, transport, client, log);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void clientResetsItsStreamInsteadOfClosing(Transport transport) {
		try (Http2Client client = patientServers.http2(transport); LogCapture log = LogCapture.start()) {
			for (int closed = 0; closed < CLOSES; closed += MANY_AT_A_TIME) {
				List<WebSocketStream> sockets = open(client, MANY_AT_A_TIME);
				client.inOneFlight(() -> sockets.forEach((socket) -> socket.stream().reset(Http2Error.CANCEL)));
			}
			assertUnharmed(patientServers, transport, client, log);
			assertNoReset(client);
		}
	}

	private static void closeAll(TestServers servers, Transport transport, Consumer<Http2Stream> before,
			Consumer<Http2Stream> after) {
		try (Http2Client client = servers.http2(transport); LogCapture log = LogCapture.start()) {
			for (int closed = 0; closed < CLOSES; closed += AT_A_TIME) {
				List<WebSocketStream> sockets = open(client, AT_A_TIME);
				sockets.forEach((socket) -> before.accept(socket.stream()));
				for (WebSocketStream socket : sockets) {
					assertThat(socket.awaitClose().code()).isEqualTo(1000);
					after.accept(socket.stream());
				}
			}
			assertUnharmed(servers, transport, client, log);
			assertNoReset(client);
		}
	}

	private static List<WebSocketStream> open(Http2Client client, int count) {
		List<Http2Stream> streams = new ArrayList<>();
		client.inOneFlight(() -> {
			for (int i = 0; i < count; i++) {
				streams.add(client.open(client.webSocket("/echo"), false));
			}
		});
		streams.forEach((stream) -> assertThat(stream.status()).isEqualTo(200));
		return streams.stream().map(WebSocketStream::of).toList();
	}

	private static void assertUnharmed(TestServers servers, Transport transport, Http2Client client, LogCapture log) {
		WebSocketStream last = client.openWebSocket("/echo");
		last.sendText("last");
		assertThat(last.awaitText()).isEqualTo("last");
		assertThat(client.goAways()).isEmpty();
		SessionRegistry sessions = servers.server(transport).bean(SessionRegistry.class);
		await().pollInterval(Duration.ofMillis(2))
			.untilAsserted(() -> assertThat(sessions.getBudget().getUsed()).isEqualTo(1));
		assertThat(sessions.getCount()).isEqualTo(1);
		last.stream().send(closeFrame(), true);
		assertThat(last.awaitClose().code()).isEqualTo(1000);
		last.stream().awaitEndStream();
		log.assertNothingAbove(Level.DEBUG);
	}

	private static void assertNoReset(Http2Client client) {
		client.barrier();
		assertThat(client.frames()).filteredOn((frame) -> frame.received() && frame.type().equals("RST_STREAM"))
			.isEmpty();
	}

	private static byte[] closeFrame() {
		return WebSocketFrames.masked(true, 0, Frame.CLOSE, WebSocketFrames.closePayload(1000, ""));
	}

	@Configuration(proxyBeanMethods = false)
	static class Handlers {

		@Bean
		HandlerMapping mapping() {
			WebSocketHandler echo = (session) -> session.send(session.receive()
				.takeWhile((message) -> !message.getPayloadAsText().equals("bye"))
				.doOnNext(WebSocketMessage::retain));
			return new SimpleUrlHandlerMapping(Map.of("/echo", echo), -1);
		}

	}

}
