package io.github.websockethttp2.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

import ch.qos.logback.classic.Level;
import io.github.websockethttp2.session.WebSocketTransport.Protocol;
import io.github.websockethttp2.testsupport.LogCapture;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Settings;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What a {@link ClientListener} hears.
 */
class ClientListenerTests {

	private final Recorder recorder = new Recorder();

	@Test
	void hearsOfASocketAndItsConnection() {
		try (ScriptedServer server = new ScriptedServer()) {
			open(client().idleTimeout(Duration.ofMillis(50)).build(), server);
			awaitEvents("waiting", "opened HTTP/2", "waited", "socket HTTP/2", "ended HTTP/2", "closed HTTP/2");
			assertThat(this.recorder.endpoints).containsOnly("ws://" + server.url().getAuthority());
		}
	}

	@Test
	void hearsOfASocketOverHttp11() {
		try (ScriptedServer server = new ScriptedServer()) {
			open(client().http2(false).build(), server);
			awaitEvents("opened HTTP/1.1", "socket HTTP/1.1", "ended HTTP/1.1", "closed HTTP/1.1");
		}
	}

	@Test
	void hearsOfAFallbackOnceForTheTimeThatItIsRemembered() {
		try (ScriptedServer server = new ScriptedServer(Http2Settings.defaultSettings())) {
			Http2WebSocketClient client = client().build();
			open(client, server);
			open(client, server);
			await().until(() -> this.recorder.events.stream().filter("closed HTTP/1.1"::equals).count() == 2);
			assertThat(this.recorder.events).startsWith("waiting", "fell back SETTING", "waited")
				.containsOnlyOnce("fell back SETTING")
				.doesNotContain("opened HTTP/2");
		}
	}

	@Test
	void hearsOfASecondTry() {
		try (ScriptedServer server = new ScriptedServer(ScriptedServer.Answer.reset(Http2Error.REFUSED_STREAM))) {
			open(client().build(), server);
			assertThat(this.recorder.events).containsOnlyOnce("retried");
			assertThat(this.recorder.events).filteredOn("opened HTTP/2"::equals).hasSize(2);
			assertThat(this.recorder.events).filteredOn("waited"::equals).hasSize(2);
			assertThat(this.recorder.events).filteredOn("socket HTTP/2"::equals).hasSize(1);
		}
	}

	@Test
	void hearsHowLongASocketHasWaitedThatGivesUp() {
		try (ScriptedServer server = new ScriptedServer(ScriptedServer.webSockets().maxConcurrentStreams(0))) {
			Http2WebSocketClient hasty = client().handshakeTimeout(Duration.ofMillis(200)).build();
			StepVerifier.create(hasty.execute(server.url(), (session) -> Mono.empty())).expectError().verify();
			assertThat(this.recorder.events).containsExactly("waiting", "opened HTTP/2", "waited");
			assertThat(this.recorder.waited).isBetween(Duration.ofMillis(1), Duration.ofMinutes(1));
		}
	}

	@Test
	void hearsNothingOfAConnectionThatIsNotThere() throws IOException {
		URI closed;
		try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			closed = URI.create("ws://127.0.0.1:" + server.getLocalPort());
		}
		StepVerifier.create(client().build().execute(closed, (session) -> Mono.empty())).expectError().verify();
		assertThat(this.recorder.events).containsExactly("waiting", "waited");
	}

	@Test
	void listenerThatThrowsHarmsNothing() {
		this.recorder.thrown = new NoClassDefFoundError("mine");
		try (ScriptedServer server = new ScriptedServer();
				LogCapture log = LogCapture.start(ClientEvents.class.getName(), Level.WARN)) {
			open(client().idleTimeout(Duration.ofMillis(50)).build(), server);
			awaitEvents("waiting", "opened HTTP/2", "waited", "socket HTTP/2", "ended HTTP/2", "closed HTTP/2");
			await().until(() -> log.messages().size() == 6);
		}
	}

	@Test
	void fallbacksThatNobodyAsksForAreDropped() {
		AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
		Fallbacks fallbacks = new Fallbacks(Duration.ofNanos(10), new ClientEvents(List.of(this.recorder)), now::get);
		for (int i = 0; i < 100; i++) {
			fallbacks.remember(Endpoint.of(URI.create("wss://example.com:" + (1_000 + i))), FallbackCause.ALPN);
			now.incrementAndGet();
		}
		assertThat(fallbacks.size()).isLessThanOrEqualTo(20);
		assertThat(this.recorder.events).hasSize(100).containsOnly("fell back ALPN");
	}

	private void awaitEvents(String... events) {
		await().untilAsserted(() -> assertThat(this.recorder.events).containsExactly(events));
	}

	private Http2WebSocketClient.Builder client() {
		return Http2WebSocketClient.builder().priorKnowledge(true).listener(this.recorder);
	}

	private static void open(Http2WebSocketClient client, ScriptedServer server) {
		StepVerifier.create(client.execute(server.url(), (session) -> Mono.empty())).verifyComplete();
	}

	private static final class Recorder implements ClientListener {

		private final List<String> events = new CopyOnWriteArrayList<>();

		private final List<String> endpoints = new CopyOnWriteArrayList<>();

		private volatile Duration waited;

		private volatile Error thrown;

		@Override
		public void connectionOpened(String endpoint, Protocol protocol) {
			add(endpoint, "opened " + protocol);
		}

		@Override
		public void connectionClosed(String endpoint, Protocol protocol) {
			add(endpoint, "closed " + protocol);
		}

		@Override
		public void socketWaiting(String endpoint) {
			add(endpoint, "waiting");
		}

		@Override
		public void socketWaited(String endpoint, Duration time) {
			this.waited = time;
			add(endpoint, "waited");
		}

		@Override
		public void socketOpened(String endpoint, Protocol protocol) {
			add(endpoint, "socket " + protocol);
		}

		@Override
		public void socketEnded(String endpoint, Protocol protocol) {
			add(endpoint, "ended " + protocol);
		}

		@Override
		public void fellBack(String endpoint, FallbackCause cause) {
			add(endpoint, "fell back " + cause.name());
		}

		@Override
		public void retriedElsewhere(String endpoint) {
			add(endpoint, "retried");
		}

		private void add(String endpoint, String event) {
			this.endpoints.add(endpoint);
			this.events.add(event);
			if (this.thrown != null) {
				throw this.thrown;
			}
		}

	}

}
