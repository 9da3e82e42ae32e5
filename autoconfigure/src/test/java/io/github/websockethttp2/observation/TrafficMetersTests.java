package io.github.websockethttp2.observation;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import io.github.websockethttp2.server.WebSocketMapping;
import io.github.websockethttp2.session.LiveSession;
import io.github.websockethttp2.session.SessionRegistry;
import io.github.websockethttp2.testsupport.HeartbeatHandlers;
import io.github.websockethttp2.testsupport.Http2Client;
import io.github.websockethttp2.testsupport.Http2Stream;
import io.github.websockethttp2.testsupport.TestServer;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketStream;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.codec.http2.Http2Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link TrafficMeters}: each meter changes by what has happened.
 */
class TrafficMetersTests {

	/** More than the kernel takes on behalf of a peer that does not read. */
	private static final int SIZE = 32 * 1024 * 1024;

	private static final int BIG_WINDOW = 64 * 1024 * 1024;

	@RegisterExtension
	static final TestServers SERVERS = new TestServers(Handlers.class, "websocket.http2.slow-after=200ms");

	@RegisterExtension
	static final TestServers HEARTBEAT = HeartbeatHandlers.servers(HeartbeatHandlers.class);

	private MeterRegistry registry = new SimpleMeterRegistry();

	private TestServer server(Transport transport) {
		TestServer server = SERVERS.server(transport);
		server.awaitNoSessions();
		this.registry = server.bean(MeterRegistry.class);
		return server;
	}

	@ParameterizedTest
	@EnumSource
	void countsMessagesAndTheirPayload(Transport transport) {
		server(transport);
		Tags tags = tags("/messages/{name}", transport);
		Tags received = tags.and("direction", "received");
		Tags sent = tags.and("direction", "sent");
		try (WebSocketConnection connection = SERVERS.connect(transport)) {
			WebSocketStream socket = connection.open("/messages/one");
			WebSocketStream other = (transport.isHttp2()) ? connection.open("/messages/two") : socket;
			socket.sendText("hello");
			assertThat(socket.awaitText()).isEqualTo("hello");
			other.sendText("");
			assertThat(other.awaitText()).isEmpty();
			socket.sendPing("not a message");
			assertThat(socket.awaitPong()).isEqualTo("not a message");
			socket.sendPong("nor is this");
			other.sendFrame(false, 0, 2, new byte[1_000]);
			other.sendContinuation(new byte[2_000], false);
			other.sendContinuation(new byte[3_000], true);
			assertThat(other.awaitBinary()).hasSize(6_000);
			socket.sendText("push");
			assertThat(socket.awaitText()).isEqualTo("push");
			assertThat(socket.awaitText()).isEqualTo("one more");
			assertThat(counter("websocket.server.messages", received)).isEqualTo(4);
			assertThat(counter("websocket.server.payload", received)).isEqualTo(5 + 6_000 + 4);
			assertThat(counter("websocket.server.messages", sent)).isEqualTo(5);
			assertThat(counter("websocket.server.payload", sent)).isEqualTo(5 + 6_000 + 4 + 8);
		}
		assertThat(this.registry.get("websocket.server.payload").tags(sent).functionCounter().getId().getBaseUnit())
			.isEqualTo("bytes");
	}

	@ParameterizedTest
	@EnumSource
	void tellsWhatWaits(Transport transport) {
		SessionRegistry sessions = server(transport).bean(SessionRegistry.class);
		Tags tags = tags("/big", transport);
		Tags bottleneck = tags.and("reason", (transport.isHttp2()) ? "stream-window" : "socket");
		double before = count("websocket.server.sessions.waited", bottleneck);
		try (WebSocketConnection first = SERVERS.connect(transport);
				WebSocketConnection second = SERVERS.connect(transport)) {
			for (WebSocketConnection connection : List.of(first, second)) {
				WebSocketStream socket = connection.open("/big");
				if (transport.isHttp2()) {
					socket.stream().autoConsume(false);
				}
			}
			await().untilAsserted(() -> {
				List<Long> amounts = sessions.getAll().stream().map(LiveSession::getBufferedAmount).sorted().toList();
				assertThat(amounts).hasSize(2).allSatisfy((amount) -> assertThat(amount).isGreaterThan(SIZE / 4));
				assertThat(gauge("websocket.server.buffered", tags))
					.isEqualTo((double) amounts.get(0) + amounts.get(1));
				assertThat(gauge("websocket.server.buffered.max", tags)).isEqualTo((double) amounts.get(1));
				assertThat(gauge("websocket.server.sessions.slow", tags)).isEqualTo(2);
			});
			double waited = count("websocket.server.sessions.waited", bottleneck) - before;
			assertThat(waited).isGreaterThanOrEqualTo(0.2);
			await().until(() -> count("websocket.server.sessions.waited", bottleneck) - before > waited + 1);
			first.abort();
			await().untilAsserted(() -> assertThat(gauge("websocket.server.sessions.slow", tags)).isEqualTo(1));
			second.abort();
			await().untilAsserted(() -> assertThat(gauge("websocket.server.sessions.slow", tags)).isZero());
			assertThat(gauge("websocket.server.buffered", tags)).isZero();
			assertThat(gauge("websocket.server.buffered.max", tags)).isZero();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void tellsWaitingForTheConnectionsWindow(Transport transport) {
		server(transport);
		Tags tags = tags("/big", transport).and("reason", "connection-window");
		double before = count("websocket.server.sessions.waited", tags);
		try (Http2Client client = SERVERS.http2Builder(transport)
			.initialWindowSize(BIG_WINDOW)
			.autoConsume(false)
			.connect()) {
			client.openWebSocket("/big");
			await().until(() -> count("websocket.server.sessions.waited", tags) > before);
			client.abort();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void tellsWaitingForTheSocket(Transport transport) {
		server(transport);
		Tags tags = tags("/big", transport).and("reason", "socket");
		double before = count("websocket.server.sessions.waited", tags);
		try (Http2Client client = SERVERS.http2Builder(transport)
			.initialWindowSize(BIG_WINDOW)
			.connectionWindowIncrement(BIG_WINDOW)
			.connect()) {
			client.openWebSocket("/big");
			client.reading(false);
			await().until(() -> count("websocket.server.sessions.waited", tags) > before);
			client.reading(true);
			client.abort();
		}
	}

	@ParameterizedTest
	@EnumSource
	void countsPingsThatOthersHaveOvertaken(Transport transport) {
		SessionRegistry sessions = server(transport).bean(SessionRegistry.class);
		Tags tags = tags("/big", transport);
		double before = count("websocket.server.pings.dropped", tags);
		try (WebSocketConnection connection = SERVERS.connect(transport)) {
			WebSocketStream socket = connection.open("/big");
			if (transport.isHttp2()) {
				socket.stream().autoConsume(false);
			}
			await().until(() -> sessions.getAll().stream().anyMatch((it) -> it.getBufferedAmount() > SIZE / 4));
			for (int i = 0; i < 4; i++) {
				socket.sendPing("ping " + i);
			}
			await().until(() -> count("websocket.server.pings.dropped", tags) - before == 3);
			connection.abort();
		}
	}

	@ParameterizedTest
	@EnumSource
	void countsPeersThatDoNotAnswer(Transport transport) {
		this.registry = HEARTBEAT.server(transport).bean(MeterRegistry.class);
		Tags tags = Tags.of("protocol", transport.httpVersion());
		double before = count("websocket.server.heartbeats.lost", tags);
		WebSocketConnection connection = (transport.isHttp2())
				? WebSocketConnection.of(HEARTBEAT.http2Builder(transport).autoAckPing(false).connect())
				: HEARTBEAT.connect(transport);
		connection.open("/echo");
		await().until(() -> count("websocket.server.heartbeats.lost", tags) - before == 1);
		HEARTBEAT.awaitNoSessions();
		assertThat(count("websocket.server.heartbeats.lost", tags) - before).isEqualTo(1);
		connection.abort();
	}

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void countsConnectionsWithTheirSessionsAndStreams(Transport transport) {
		server(transport);
		double connections = gauge("websocket.server.connections.active", Tags.empty());
		DistributionSummary sessions = this.registry.get("websocket.server.connections.sessions").summary();
		DistributionSummary streams = this.registry.get("websocket.server.connections.streams").summary();
		double sessionsBefore = sessions.totalAmount();
		double streamsBefore = streams.totalAmount();
		long before = sessions.count();
		try (Http2Client client = SERVERS.http2(transport)) {
			Http2Stream request = client.open(client.post("/nowhere"), false);
			assertThat(request.status()).isEqualTo(404);
			client.openWebSocket("/counted/1");
			client.openWebSocket("/counted/2");
			assertThat(gauge("websocket.server.connections.active", Tags.empty())).isEqualTo(connections + 1);
			assertThat(sessions.count()).isEqualTo(before + 2);
			assertThat(sessions.totalAmount() - sessionsBefore).isEqualTo(1 + 2);
			// The answer is complete, and the request is not
			assertThat(streams.totalAmount() - streamsBefore).isEqualTo(2 + 3);
		}
		await().until(() -> gauge("websocket.server.connections.active", Tags.empty()) == connections);
	}

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void countsResetsByErrorCode(Transport transport) {
		server(transport);
		Tags cancelled = Tags.of("direction", "received", "reason", "CANCEL");
		Tags unknown = Tags.of("direction", "received", "reason", "UNKNOWN");
		Tags malformed = Tags.of("direction", "sent", "reason", "PROTOCOL_ERROR");
		double cancelledBefore = count("websocket.server.resets", cancelled);
		double unknownBefore = count("websocket.server.resets", unknown);
		double malformedBefore = count("websocket.server.resets", malformed);
		try (Http2Client client = SERVERS.http2(transport)) {
			client.openWebSocket("/counted/1").stream().reset(Http2Error.CANCEL);
			for (int i = 0; i < 3; i++) {
				int streamId = client.openWebSocket("/counted/2").stream().id();
				client.sendFrame(Http2FrameTypes.RST_STREAM, 0, streamId, new byte[] { 0x12, 0x34, 0x56, (byte) i });
			}
			Http2Headers withoutPath = client.webSocket("/counted/3");
			withoutPath.remove(":path");
			assertThat(client.open(withoutPath, false).awaitReset()).isEqualTo(Http2Error.PROTOCOL_ERROR);
			client.barrier();
			assertThat(count("websocket.server.resets", cancelled) - cancelledBefore).isEqualTo(1);
			assertThat(count("websocket.server.resets", unknown) - unknownBefore).isEqualTo(3);
			assertThat(count("websocket.server.resets", malformed) - malformedBefore).isEqualTo(1);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void countsGoAwaysByErrorCode(Transport transport) {
		server(transport);
		Tags received = Tags.of("direction", "received", "reason", "NO_ERROR");
		Tags sent = Tags.of("direction", "sent", "reason", "FRAME_SIZE_ERROR");
		double receivedBefore = count("websocket.server.goaways", received);
		double sentBefore = count("websocket.server.goaways", sent);
		try (Http2Client client = SERVERS.http2(transport)) {
			client.goAway(Http2Error.NO_ERROR);
			client.barrier();
			assertThat(count("websocket.server.goaways", received) - receivedBefore).isEqualTo(1);
		}
		try (Http2Client client = SERVERS.http2(transport)) {
			client.sendFrame(Http2FrameTypes.PING, 0, 0, new byte[5]);
			client.awaitGoAway();
			client.awaitClosed();
			assertThat(count("websocket.server.goaways", sent) - sentBefore).isEqualTo(1);
		}
	}

	/**
	 * Whatever clients make up, there are no more time series than before.
	 */
	@Test
	void clientsMakeNoTimeSeries() {
		server(Transport.H2C);
		provoke(0);
		Set<Meter.Id> before = meters();
		for (int i = 1; i < 100; i++) {
			provoke(i);
		}
		assertThat(meters()).isEqualTo(before);
		assertThat(before).hasSizeLessThan(100);
	}

	private void provoke(int i) {
		try (Http2Client client = SERVERS.http2(Transport.H2C)) {
			WebSocketStream socket = client.openWebSocket("/counted/made-up-" + i);
			socket.sendText("hello");
			socket.awaitText();
			client.sendFrame(Http2FrameTypes.RST_STREAM, 0, socket.stream().id(), new byte[] { 1, 2, 3, (byte) i });
			assertThat(WebSocketConnection.of(client).handshake("/made-up-" + i)).isEqualTo(404);
			client.sendFrame(Http2FrameTypes.GO_AWAY, 0, 0, new byte[] { 0, 0, 0, 0, 4, 3, 2, (byte) i });
			client.barrier();
		}
	}

	private Set<Meter.Id> meters() {
		return this.registry.getMeters()
			.stream()
			.map(Meter::getId)
			.filter((id) -> id.getName().startsWith("websocket."))
			.collect(Collectors.toSet());
	}

	private static Tags tags(String uri, Transport transport) {
		return Tags.of("uri", uri, "protocol", transport.httpVersion());
	}

	private double counter(String name, Tags tags) {
		return this.registry.get(name).tags(tags).functionCounter().count();
	}

	/**
	 * Returns what has been counted, or 0 if nothing has been.
	 */
	private double count(String name, Tags tags) {
		FunctionCounter counter = this.registry.find(name).tags(tags).functionCounter();
		return (counter != null) ? counter.count() : 0;
	}

	private double gauge(String name, Tags tags) {
		Gauge gauge = this.registry.find(name).tags(tags).gauge();
		return (gauge != null) ? gauge.value() : 0;
	}

	@Configuration(proxyBeanMethods = false)
	static class Handlers {

		@Bean
		@WebSocketMapping({ "/counted/{name}", "/messages/{name}" })
		WebSocketHandler counted() {
			return (session) -> session.send(session.receive().concatMapIterable((message) -> {
				WebSocketMessage echo = message.retain();
				boolean push = message.getType() == WebSocketMessage.Type.TEXT
						&& message.getPayloadAsText().equals("push");
				return switch (message.getType()) {
					case PING, PONG -> {
						echo.release();
						yield List.<WebSocketMessage>of();
					}
					default -> (push) ? List.of(echo, session.textMessage("one more")) : List.of(echo);
				};
			}));
		}

		@Bean
		@WebSocketMapping("/big")
		WebSocketHandler big() {
			return (session) -> session
				.send(Mono.fromSupplier(() -> session.binaryMessage((buffers) -> buffers.wrap(new byte[SIZE])))
					.concatWith(Mono.never()));
		}

	}

}
