package io.github.websockethttp2.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

import io.github.websockethttp2.session.WebSocketTransport;
import io.github.websockethttp2.testsupport.Waiting;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2Settings;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * When connections come and go, and what they take.
 */
class ConnectionLifeTests {

	private final List<Channel> channels = new CopyOnWriteArrayList<>();

	@Test
	void limitThatChangesIsKeptTo() {
		Http2Settings settings = ScriptedServer.webSockets().maxConcurrentStreams(1);
		try (ScriptedServer server = new ScriptedServer(settings)) {
			Http2WebSocketClient client = client(UnaryOperator.identity());
			open(client, server);
			open(client, server);
			assertThat(server.connections).hasValue(2);
			send(server, 2);
			open(client, server);
			open(client, server);
			assertThat(server.connections).hasValue(2);
			send(server, 1);
			open(client, server);
			assertThat(server.connections).hasValue(3);
		}
	}

	@Test
	void serverThatAllowsNoneAtTheMomentIsWaitedFor() {
		Http2Settings settings = ScriptedServer.webSockets().maxConcurrentStreams(0);
		try (ScriptedServer server = new ScriptedServer(settings)) {
			Http2WebSocketClient client = client((builder) -> builder.handshakeTimeout(Duration.ofMillis(300)));
			StepVerifier.create(client.execute(server.url(), (session) -> Mono.empty()))
				.expectError(TimeoutException.class)
				.verify(Waiting.TIMEOUT);
			Http2WebSocketClient patient = client(UnaryOperator.identity());
			CompletableFuture<Void> done = patient.execute(server.url(), (session) -> Mono.empty()).toFuture();
			await().until(() -> this.channels.size() == 2);
			send(server, 1);
			Waiting.join(done);
			assertThat(server.connections).hasValue(2);
			assertThat(server.connects).hasValue(1);
		}
	}

	/**
	 * A client that did not wait for SETTINGS would have sent its CONNECT, too.
	 */
	@Test
	void onlyTheFirstSettingsCanOfferWebSockets() {
		try (ScriptedServer server = new ScriptedServer(Http2Settings.defaultSettings())) {
			server.second = ScriptedServer.webSockets();
			WebSocketSession session = open(client(UnaryOperator.identity()), server);
			assertThat(WebSocketTransport.of(session).protocol()).isEqualTo(WebSocketTransport.Protocol.HTTP_1_1);
			assertThat(server.connections).hasValue(2);
			assertThat(server.connects).hasValue(0);
		}
	}

	@Test
	void connectionWithoutSocketsIsClosedAndItsEndpointForgotten() {
		try (ScriptedServer server = new ScriptedServer()) {
			Http2WebSocketClient client = client((builder) -> builder.idleTimeout(Duration.ofMillis(100)));
			WebSocketSession session = open(client, server);
			assertThat(client.endpoints().size()).isOne();
			close(session);
			await().until(server.open::isEmpty);
			await().until(() -> client.endpoints().size() == 0);
			// And is found again
			close(open(client, server));
			assertThat(server.connections).hasValue(2);
		}
	}

	@Test
	void endpointThatCannotBeReachedOrFallsBackIsForgotten() throws IOException {
		Http2WebSocketClient client = client(UnaryOperator.identity());
		try (ScriptedServer server = new ScriptedServer(Http2Settings.defaultSettings())) {
			close(open(client, server));
			assertThat(client.endpoints().size()).isZero();
		}
		URI closed;
		try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			closed = URI.create("ws://127.0.0.1:" + server.getLocalPort());
		}
		Http2WebSocketClient another = client(UnaryOperator.identity());
		StepVerifier.create(another.execute(closed, (session) -> Mono.empty())).expectError().verify(Waiting.TIMEOUT);
		await().until(() -> another.endpoints().size() == 0);
	}

	@Test
	void socketsThatMeetTheEndOfAConnectionOpenAll() {
		try (ScriptedServer server = new ScriptedServer()) {
			server.otherwise = ScriptedServer.Answer.ACCEPT;
			Http2WebSocketClient client = client((builder) -> builder.idleTimeout(Duration.ofNanos(1)));
			for (int i = 0; i < 100; i++) {
				StepVerifier.create(client.execute(server.url(), (session) -> Mono.empty())).verifyComplete();
				Channel channel = this.channels.get(this.channels.size() - 1);
				for (int turns = i % 10; turns > 0; turns--) {
					Waiting.join(channel.eventLoop().submit(() -> {
					}));
				}
			}
			assertThat(server.connections).hasValueGreaterThan(10);
			await().until(() -> client.endpoints().size() == 0);
		}
	}

	@Test
	void oldConnectionTakesNoNewSockets() {
		try (ScriptedServer server = new ScriptedServer()) {
			Http2WebSocketClient client = client((builder) -> builder.maxLifetime(Duration.ofMillis(200)));
			WebSocketSession first = open(client, server);
			await().until(() -> {
				close(open(client, server));
				return server.connections.get() == 2;
			});
			echo(first);
			assertThat(this.channels.get(0).isActive()).isTrue();
			// Not after its idle timeout
			close(first);
			await().until(() -> !this.channels.get(0).isActive());
		}
	}

	@Test
	void socketsAreSpreadOverConnections() {
		try (ScriptedServer server = new ScriptedServer()) {
			Http2WebSocketClient client = client((builder) -> builder.minConnections(3));
			List<CompletableFuture<WebSocketSession>> opening = IntStream.range(0, 30)
				.mapToObj((index) -> start(client, server))
				.toList();
			List<String> ids = opening.stream()
				.map((session) -> WebSocketTransport.of(Waiting.join(session)).connectionId())
				.toList();
			assertThat(server.connections).hasValue(3);
			assertThat(ids.stream().distinct())
				.allSatisfy((id) -> assertThat(ids.stream().filter(id::equals)).hasSize(10));
		}
	}

	@Test
	void connectionWhoseStreamIdentifiersRunOutTakesNoNewSockets() {
		try (ScriptedServer server = new ScriptedServer()) {
			Http2WebSocketClient client = client((builder) -> builder.maxSocketsPerConnection(10));
			WebSocketSession first = open(client, server);
			Channel channel = this.channels.get(0);
			Waiting.join(channel.eventLoop().submit(() -> {
				skipStreams(channel, Integer.MAX_VALUE - 20);
				return null;
			}));
			WebSocketSession second = open(client, server);
			assertThat(server.connections).hasValue(2);
			echo(first);
			close(first);
			await().until(() -> !channel.isActive());
			echo(second);
		}
	}

	private static void skipStreams(Channel channel, int id) throws Http2Exception {
		channel.pipeline().get(Http2FrameCodec.class).connection().local().createStream(id, false).close();
	}

	@Test
	void sessionsOutliveAGoAwayAndNewOnesGoElsewhere() {
		try (ScriptedServer server = new ScriptedServer(ScriptedServer.Answer.LAST)) {
			Http2WebSocketClient client = client(UnaryOperator.identity());
			WebSocketSession first = open(client, server);
			WebSocketSession second = open(client, server);
			assertThat(server.connections).hasValue(2);
			echo(first);
			echo(second);
			close(first);
			await().until(() -> !this.channels.get(0).isActive());
		}
	}

	@Test
	void goAwayInABurstLosesNoSocket() {
		ScriptedServer.Answer open = ScriptedServer.Answer.OPEN;
		try (ScriptedServer server = new ScriptedServer(open, open, open, open, ScriptedServer.Answer.LAST)) {
			Http2WebSocketClient client = client(UnaryOperator.identity());
			List<CompletableFuture<WebSocketSession>> opening = IntStream.range(0, 20)
				.mapToObj((index) -> start(client, server))
				.toList();
			opening.forEach((session) -> echo(Waiting.join(session)));
			assertThat(server.connections).hasValue(2);
		}
	}

	@Test
	void connectionThatIsLostBeforeTheConnectHasLeftIsReplaced() {
		try (ScriptedServer server = new ScriptedServer()) {
			Http2WebSocketClient client = client(UnaryOperator.identity());
			close(open(client, server));
			Channel channel = this.channels.get(0);
			CompletableFuture<WebSocketSession> opening = new CompletableFuture<>();
			channel.eventLoop().execute(() -> {
				// At once, so that nobody has been told when the next socket opens
				channel.pipeline().firstContext().close();
				start(client, server).whenComplete((session, error) -> {
					if (error != null) {
						opening.completeExceptionally(error);
					}
					opening.complete(session);
				});
			});
			echo(Waiting.join(opening));
			assertThat(server.connections).hasValue(2);
		}
	}

	@Test
	void connectionThatIsLostAfterTheConnectIsTheError() {
		try (ScriptedServer server = new ScriptedServer(ScriptedServer.Answer.HANG_UP)) {
			Http2WebSocketClient client = client(UnaryOperator.identity());
			StepVerifier.create(client.execute(server.url(), (session) -> Mono.empty()))
				.expectError()
				.verify(Waiting.TIMEOUT);
			assertThat(server.connects).hasValue(1);
		}
	}

	/**
	 * Waits until the client has applied the limit to all its connections.
	 */
	private void send(ScriptedServer server, int maxConcurrentStreams) {
		int acks = server.acks.get() + server.open.size();
		await().until(() -> server.acks.get() >= server.open.size());
		server.send(new Http2Settings().maxConcurrentStreams(maxConcurrentStreams));
		await().until(() -> server.acks.get() >= acks);
		this.channels.forEach((channel) -> Waiting.join(channel.eventLoop().submit(() -> {
		})));
	}

	private Http2WebSocketClient client(UnaryOperator<Http2WebSocketClient.Builder> customizer) {
		return customizer
			.apply(Http2WebSocketClient.builder()
				.tcp((tcp) -> tcp.doOnConnected((connection) -> this.channels.add(connection.channel())))
				.priorKnowledge(true))
			.build();
	}

	private static WebSocketSession open(Http2WebSocketClient client, ScriptedServer server) {
		return Waiting.join(start(client, server));
	}

	private static CompletableFuture<WebSocketSession> start(Http2WebSocketClient client, ScriptedServer server) {
		CompletableFuture<WebSocketSession> opened = new CompletableFuture<>();
		client.execute(server.url(), (session) -> {
			opened.complete(session);
			return session.closeStatus().then();
		}).subscribe(null, opened::completeExceptionally);
		return opened;
	}

	private static void echo(WebSocketSession session) {
		Mono<String> answer = session.send(Mono.just(session.textMessage("hello")))
			.then(session.receive().next().map(WebSocketMessage::getPayloadAsText));
		StepVerifier.create(answer).expectNext("hello").expectComplete().verify(Waiting.TIMEOUT);
	}

	private static void close(WebSocketSession session) {
		StepVerifier.create(session.close().then(session.closeStatus())).expectNextCount(1).expectComplete().verify();
	}

}
