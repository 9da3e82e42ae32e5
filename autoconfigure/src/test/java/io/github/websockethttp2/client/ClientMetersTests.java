package io.github.websockethttp2.client;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

import io.github.websockethttp2.observation.ClientMeters;
import io.github.websockethttp2.observation.WebSocketMeterNames;
import io.github.websockethttp2.session.WebSocketTransport.Protocol;
import io.github.websockethttp2.testsupport.Waiting;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Settings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.client.WebSocketClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link ClientMeters}, to a server that does as it is told.
 */
class ClientMetersTests {

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	private final ClientMeters meters = new ClientMeters();

	ClientMetersTests() {
		this.meters.bindTo(this.registry);
	}

	@Test
	void countSocketsAndConnectionsOverHttp2() {
		try (ScriptedServer server = new ScriptedServer()) {
			String endpoint = endpoint(server);
			Disposable open = client().idleTimeout(Duration.ofMillis(50))
				.build()
				.execute(server.url(), (session) -> Mono.never())
				.subscribe();
			await().until(() -> sockets(endpoint, Protocol.HTTP_2) == 1);
			assertThat(connections(endpoint, Protocol.HTTP_2)).isOne();
			open.dispose();
			await().until(() -> sockets(endpoint, Protocol.HTTP_2) == 0);
			await().until(() -> connections(endpoint, Protocol.HTTP_2) == 0);
		}
	}

	@Test
	void countSocketsAndConnectionsOverHttp11() {
		try (ScriptedServer server = new ScriptedServer()) {
			String endpoint = endpoint(server);
			Disposable open = client().http2(false)
				.build()
				.execute(server.url(), (session) -> Mono.never())
				.subscribe();
			await().until(() -> sockets(endpoint, Protocol.HTTP_1_1) == 1);
			assertThat(connections(endpoint, Protocol.HTTP_1_1)).isOne();
			open.dispose();
			await().until(() -> sockets(endpoint, Protocol.HTTP_1_1) == 0);
			await().until(() -> connections(endpoint, Protocol.HTTP_1_1) == 0);
		}
	}

	@Test
	void showSocketsThatWaitForAStream() {
		try (ScriptedServer server = new ScriptedServer(ScriptedServer.webSockets().maxConcurrentStreams(0))) {
			String endpoint = endpoint(server);
			Disposable waiting = client().build().execute(server.url(), (session) -> Mono.empty()).subscribe();
			await().until(() -> value(WebSocketMeterNames.CLIENT_WAITING, endpoint) == 1);
			waiting.dispose();
			await().until(() -> value(WebSocketMeterNames.CLIENT_WAITING, endpoint) == 0);
			Timer waited = this.registry.get(WebSocketMeterNames.CLIENT_WAITED).tag("endpoint", endpoint).timer();
			assertThat(waited.count()).isOne();
			assertThat(waited.totalTime(TimeUnit.NANOSECONDS)).isPositive();
		}
	}

	@Test
	void countFallbacksByCause() {
		try (ScriptedServer server = new ScriptedServer(Http2Settings.defaultSettings())) {
			open(client().build(), server.url());
			assertThat(count(WebSocketMeterNames.CLIENT_FALLBACKS, endpoint(server), "cause", "SETTING")).isOne();
		}
	}

	@Test
	void countSecondTries() {
		try (ScriptedServer server = new ScriptedServer(ScriptedServer.Answer.reset(Http2Error.REFUSED_STREAM))) {
			open(client().build(), server.url());
			assertThat(count(WebSocketMeterNames.CLIENT_RETRIES, endpoint(server))).isOne();
		}
	}

	@Test
	void countReconnectsByCauseWithoutBeingAsked() {
		try (ScriptedServer server = new ScriptedServer(ScriptedServer.Answer.status(503),
				ScriptedServer.Answer.bytes(true))) {
			WebSocketClient client = ReconnectingWebSocketClient.builder(client().build())
				.firstBackoff(Duration.ofMillis(1))
				.doBeforeReconnect((reconnect) -> {
					throw new IllegalStateException("mine");
				})
				.build();
			StepVerifier
				.create(client.execute(server.url(),
						(session) -> Mono
							.deferContextual((context) -> (context.<Long>get(ReconnectingWebSocketClient.ATTEMPT) < 3)
									? session.receive().then() : Mono.empty())))
				.expectComplete()
				.verify(Waiting.TIMEOUT);
			assertThat(count(WebSocketMeterNames.CLIENT_RECONNECTS, endpoint(server), "cause", "503")).isOne();
			assertThat(count(WebSocketMeterNames.CLIENT_RECONNECTS, endpoint(server), "cause", "1006")).isOne();
		}
	}

	@ParameterizedTest
	@MethodSource("reasons")
	void reconnectHasOneOfFewReasons(Throwable cause, String reason) {
		assertThat(new Reconnect(URI.create("ws://localhost"), 2, Duration.ZERO, cause).reason()).isEqualTo(reason);
	}

	static Stream<Arguments> reasons() {
		return Stream.of(Arguments.of(closed(1012), "1012"), Arguments.of(closed(3000), "3000"),
				Arguments.of(closed(3001), "3xxx"), Arguments.of(closed(4999), "4xxx"),
				Arguments.of(new TimeoutException(), "timeout"),
				Arguments.of(new IllegalStateException("from the server"), "connection"));
	}

	private static WebSocketClosedException closed(int code) {
		return new WebSocketClosedException(new CloseStatus(code), null);
	}

	@Test
	void endpointsBeyondTheHundredthAreOne() {
		for (int i = 0; i < 10_000; i++) {
			this.meters.socketOpened("wss://" + i + ".example.com", Protocol.HTTP_2);
			this.meters.fellBack("wss://" + i + ".example.com", FallbackCause.ALPN);
		}
		assertThat(this.registry.getMeters()).hasSize(2 * 101);
		assertThat(sockets("OTHER", Protocol.HTTP_2)).isEqualTo(9_900);
		for (int i = 0; i < 10_000; i++) {
			this.meters.socketEnded("wss://" + i + ".example.com", Protocol.HTTP_2);
		}
		assertThat(this.registry.find(WebSocketMeterNames.CLIENT_SOCKETS).gauges()).extracting(Gauge::value)
			.containsOnly(0.0);
	}

	@Test
	void registryThatIsBoundLaterHasWhatWasBefore() {
		this.meters.fellBack("wss://example.com", FallbackCause.ALPN);
		SimpleMeterRegistry later = new SimpleMeterRegistry();
		this.meters.bindTo(later);
		assertThat(later.get(WebSocketMeterNames.CLIENT_FALLBACKS).functionCounter().count()).isOne();
	}

	@Test
	void withoutARegistryNothingFails() {
		try (ScriptedServer server = new ScriptedServer()) {
			open(Http2WebSocketClient.builder().priorKnowledge(true).listener(new ClientMeters()).build(),
					server.url());
		}
		assertThat(this.registry.find(WebSocketMeterNames.CLIENT_SOCKETS).meters()).isEmpty();
	}

	private Http2WebSocketClient.Builder client() {
		return Http2WebSocketClient.builder().priorKnowledge(true).listener(this.meters);
	}

	private static void open(WebSocketClient client, URI url) {
		StepVerifier.create(client.execute(url, (session) -> Mono.empty())).expectComplete().verify(Waiting.TIMEOUT);
	}

	private static String endpoint(ScriptedServer server) {
		return "ws://" + server.url().getAuthority();
	}

	private double sockets(String endpoint, Protocol protocol) {
		return value(WebSocketMeterNames.CLIENT_SOCKETS, endpoint, "protocol", protocol.toString());
	}

	private double connections(String endpoint, Protocol protocol) {
		return value(WebSocketMeterNames.CLIENT_CONNECTIONS, endpoint, "protocol", protocol.toString());
	}

	private double value(String name, String endpoint, String... tags) {
		Gauge gauge = this.registry.find(name).tag("endpoint", endpoint).tags(tags).gauge();
		return (gauge != null) ? gauge.value() : Double.NaN;
	}

	private double count(String name, String endpoint, String... tags) {
		return this.registry.get(name).tag("endpoint", endpoint).tags(tags).functionCounter().count();
	}

}
