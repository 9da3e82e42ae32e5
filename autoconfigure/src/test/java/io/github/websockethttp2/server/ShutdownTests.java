package io.github.websockethttp2.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import io.github.websockethttp2.session.SessionRegistry;
import io.github.websockethttp2.testsupport.Close;
import io.github.websockethttp2.testsupport.GoAway;
import io.github.websockethttp2.testsupport.Http2Client;
import io.github.websockethttp2.testsupport.Http2Stream;
import io.github.websockethttp2.testsupport.TestServer;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketStream;
import io.netty.handler.codec.http2.Http2Error;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import org.springframework.boot.convert.DurationStyle;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.server.WebFilter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A server that goes down tells every peer so.
 */
@ExtendWith(OutputCaptureExtension.class)
class ShutdownTests {

	private static final Duration SPREAD = Duration.ofMillis(500);

	private static final Duration SLACK = Duration.ofMillis(1500);

	/** What it gives connections with open streams when it is stopped. */
	private static final Duration REACTOR_NETTY_TIMEOUT = Duration.ofSeconds(3);

	private final ExecutorService executor = Executors.newCachedThreadPool((task) -> {
		Thread thread = new Thread(task, "test-shutdown");
		thread.setDaemon(true);
		return thread;
	});

	@BeforeEach
	void forget() {
		Handlers.CLOSED.clear();
		Handlers.answer = Sinks.empty();
		Handlers.asked = new CountDownLatch(1);
	}

	@AfterEach
	void stopThreads() {
		this.executor.shutdownNow();
	}

	@Test
	void closesEachSessionAtAMomentOfItsOwn() throws Exception {
		try (TestServer server = start(Transport.H2C); Http2Client client = server.http2()) {
			List<WebSocketConnection> http1 = new ArrayList<>();
			List<CompletableFuture<Long>> arrivals = new ArrayList<>();
			long start = System.nanoTime();
			for (int i = 0; i < 25; i++) {
				WebSocketStream socket = client.openWebSocket("/echo");
				arrivals.add(answerClose(socket, true));
				WebSocketConnection connection = Transport.H1.connect(server.port());
				http1.add(connection);
				arrivals.add(answerClose(connection.open("/echo"), false));
			}
			long shutdown = System.nanoTime() - start;
			Duration duration = close(server);
			List<Long> millis = new ArrayList<>();
			for (CompletableFuture<Long> arrival : arrivals) {
				long nanos = Waiting.join(arrival) - start - shutdown;
				millis.add(TimeUnit.NANOSECONDS.toMillis(nanos));
			}
			assertThat(duration).isLessThan(SPREAD.plus(SLACK));
			assertThat(millis).allMatch((arrival) -> arrival <= SPREAD.toMillis() + 400);
			assertThat(Collections.max(millis) - Collections.min(millis)).isGreaterThan(SPREAD.toMillis() / 3);
			assertThat(Handlers.CLOSED).hasSize(50).containsOnly(CloseStatus.GOING_AWAY);
			http1.forEach(WebSocketConnection::close);
		}
	}

	@ParameterizedTest
	@EnumSource
	void takesAsLongAsTheSpreadWhenAllPeersAnswer(Transport transport) throws Exception {
		try (TestServer server = start(transport); WebSocketConnection connection = server.connect()) {
			CompletableFuture<Long> arrival = answerClose(connection.open("/echo"), transport.isHttp2());
			assertThat(close(server)).isLessThan(SPREAD.plus(SLACK));
			Waiting.join(arrival);
			assertThat(Handlers.CLOSED).hasSize(1).containsOnly(CloseStatus.GOING_AWAY);
		}
	}

	/**
	 * Such as a browser, which closes the connection once it needs it no more.
	 */
	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void doesNotWaitForStreamsThatPeersDoNotEnd(Transport transport) throws Exception {
		try (TestServer server = start(transport, "websocket.http2.close-timeout=500ms");
				WebSocketConnection connection = server.connect()) {
			CompletableFuture<Long> arrival = answerClose(connection.open("/echo"), false);
			assertThat(close(server)).isLessThan(SPREAD.plusMillis(500).plus(SLACK));
			Waiting.join(arrival);
		}
	}

	@ParameterizedTest
	@EnumSource
	void waitsNoLongerThanTheCloseTimeoutForPeersThatDoNotAnswer(Transport transport) {
		try (TestServer server = start(transport, "websocket.http2.close-timeout=500ms");
				WebSocketConnection connection = server.connect()) {
			WebSocketStream silent = connection.open("/echo");
			// Once for the peer's Close frame, and once for its END_STREAM
			assertThat(close(server)).isLessThan(SPREAD.plusMillis(2 * 500).plus(SLACK));
			assertThat(silent.awaitClose().code()).isEqualTo(1001);
			assertThat(Handlers.CLOSED).hasSize(1).containsOnly(CloseStatus.GOING_AWAY);
		}
	}

	@Test
	void takesNoMoreHandshakesButFinishesRequests() throws Exception {
		try (TestServer server = start(Transport.H2C, "websocket.http2.close-timeout=2s");
				Http2Client client = server.http2();
				WebSocketConnection http1 = Transport.H1.connect(server.port());
				WebSocketConnection early = Transport.H1.connect(server.port())) {
			// They do not answer, thus there is some time
			WebSocketStream socket = client.openWebSocket("/echo");
			http1.open("/echo");
			Http2Stream request = client.open(client.get("/slow"), true);
			Waiting.await(Handlers.asked);
			CompletableFuture<Duration> closing = closeAsync(server);
			GoAway goAway = client.awaitGoAway();
			assertThat(goAway.error()).isEqualTo(Http2Error.NO_ERROR);
			assertThat(goAway.lastStreamId()).isGreaterThanOrEqualTo(request.id());
			WebSocketConnection.Head refused = early.tryOpen("/echo");
			assertThat(refused.status()).isEqualTo(503);
			assertThat(refused.header("retry-after")).isNotNull();
			assertThat(socket.awaitClose().code()).isEqualTo(1001);
			assertThat(request.hasHeaders()).isFalse();
			Handlers.answer.tryEmitEmpty();
			assertThat(request.awaitBodyAsString()).isEqualTo("done");
			Waiting.join(closing);
		}
	}

	/**
	 * Longer than all sessions.
	 */
	@ParameterizedTest
	@EnumSource
	void waitsForARequestInFlight(Transport transport) throws Exception {
		try (TestServer server = start(transport);
				WebSocketConnection connection = server.connect();
				WebSocketConnection another = server.connect()) {
			CompletableFuture<Long> arrival = answerClose(another.open("/echo"), transport.isHttp2());
			CompletableFuture<WebSocketConnection.Head> response = CompletableFuture
				.supplyAsync(() -> connection.request("GET", "/slow"), this.executor);
			Waiting.await(Handlers.asked);
			CompletableFuture<Duration> closing = closeAsync(server);
			Waiting.join(arrival);
			SessionRegistry sessions = server.bean(SessionRegistry.class);
			await().until(() -> sessions.getCount() == 0);
			assertThat(closing).isNotDone();
			Handlers.answer.tryEmitEmpty();
			assertThat(Waiting.join(response).status()).isEqualTo(200);
			assertThat(Waiting.join(closing)).isLessThan(Duration.ofSeconds(10));
		}
	}

	@ParameterizedTest
	@EnumSource
	void immediateStillSaysGoodbye(Transport transport) throws Exception {
		try (TestServer server = start(transport, "server.shutdown=immediate");
				WebSocketConnection connection = server.connect();
				WebSocketConnection another = server.connect()) {
			List<CompletableFuture<Long>> arrivals = List.of(answerClose(connection.open("/echo"), transport.isHttp2()),
					answerClose(another.open("/echo"), transport.isHttp2()));
			assertThat(close(server)).isLessThan(SLACK);
			for (CompletableFuture<Long> arrival : arrivals) {
				Waiting.join(arrival);
			}
			assertThat(Handlers.CLOSED).hasSize(2).containsOnly(CloseStatus.GOING_AWAY);
		}
	}

	@ParameterizedTest
	@EnumSource
	void immediateDoesNotWaitForAnswers(Transport transport) {
		try (TestServer server = start(transport, "server.shutdown=immediate");
				WebSocketConnection connection = server.connect()) {
			WebSocketStream silent = connection.open("/echo");
			assertThat(close(server)).isLessThan(REACTOR_NETTY_TIMEOUT.plus(SLACK));
			assertThat(silent.awaitClose()).isEqualTo(new Close(1001, ""));
			assertThat(Handlers.CLOSED).hasSize(1).containsOnly(CloseStatus.GOING_AWAY);
		}
	}

	/**
	 * Nor does a peer that reads nothing hold it up.
	 */
	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void immediateIsNotHeldUpByAPeerThatDoesNotRead(Transport transport) {
		try (TestServer server = start(transport, "server.shutdown=immediate")) {
			Http2Client client = server.http2Builder().initialWindowSize(0).connect();
			client.openWebSocket("/echo");
			assertThat(close(server)).isLessThan(REACTOR_NETTY_TIMEOUT.plus(SLACK));
			client.awaitClosed();
			assertThat(Handlers.CLOSED).hasSize(1);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void gracefulIsNotHeldUpByAPeerThatDoesNotRead(Transport transport) {
		try (TestServer server = start(transport, "websocket.http2.close-timeout=500ms")) {
			Http2Client client = server.http2Builder().initialWindowSize(0).connect();
			client.openWebSocket("/echo");
			assertThat(close(server)).isLessThan(SPREAD.plusMillis(2 * 500).plus(SLACK));
			client.awaitClosed();
			assertThat(Handlers.CLOSED).hasSize(1);
		}
	}

	@ParameterizedTest
	@EnumSource
	void withoutSessionsThereIsNothingToWaitFor(Transport transport) {
		try (TestServer server = start(transport); WebSocketConnection connection = server.connect()) {
			WebSocketStream socket = connection.open("/echo");
			socket.sendClose(1000, "");
			assertThat(socket.awaitClose().code()).isEqualTo(1000);
			if (transport.isHttp2()) {
				socket.endStream();
			}
			SessionRegistry sessions = server.bean(SessionRegistry.class);
			await().until(() -> sessions.getCount() == 0);
			assertThat(close(server)).isLessThan(SLACK);
		}
	}

	/**
	 * A handshake that was accepted just before, and becomes a session just after.
	 */
	@ParameterizedTest
	@CsvSource({ "H1, graceful", "H1, immediate", "H2C, graceful", "H2C, immediate" })
	void closesASessionThatOpensWhileTheServerGoesDown(Transport transport, String shutdown) throws Exception {
		try (TestServer server = start(transport, "server.shutdown=" + shutdown, "websocket.http2.close-timeout=500ms");
				WebSocketConnection connection = server.connect()) {
			CompletableFuture<WebSocketStream> opening = CompletableFuture
				.supplyAsync(() -> connection.open("/echo", "x-held", "true"), this.executor);
			SessionRegistry sessions = server.bean(SessionRegistry.class);
			await().until(() -> sessions.getBudget().getUsed() == 1);
			assertThat(sessions.getCount()).isZero();
			CompletableFuture<Duration> closing = closeAsync(server);
			await().until(sessions::isDraining);
			Handlers.answer.tryEmitEmpty();
			assertThat(Waiting.join(opening).awaitClose().code()).isEqualTo(1001);
			Waiting.join(closing);
			assertThat(Handlers.CLOSED).containsExactly(CloseStatus.GOING_AWAY);
		}
	}

	/**
	 * Also those that are open while an undecided handshake has a place already.
	 */
	@ParameterizedTest
	@EnumSource
	void immediateDoesNotWaitForUndecidedHandshakesToSayGoodbye(Transport transport) throws Exception {
		try (TestServer server = start(transport, "server.shutdown=immediate");
				WebSocketConnection connection = server.connect();
				WebSocketConnection another = server.connect();
				WebSocketConnection undecided = server.connect()) {
			List<WebSocketStream> open = List.of(connection.open("/echo"), another.open("/echo"));
			SessionRegistry sessions = server.bean(SessionRegistry.class);
			CompletableFuture<Integer> handshake = CompletableFuture
				.supplyAsync(() -> undecided.handshake("/echo", "x-held", "true"), this.executor);
			await().until(() -> sessions.getBudget().getUsed() == 3);
			assertThat(close(server)).isLessThan(REACTOR_NETTY_TIMEOUT.plus(SLACK));
			for (WebSocketStream socket : open) {
				assertThat(socket.awaitClose()).isEqualTo(new Close(1001, ""));
			}
			assertThat(Handlers.CLOSED).hasSize(2).containsOnly(CloseStatus.GOING_AWAY);
			Throwable refused = Waiting.join(handshake.handle((status, ex) -> ex));
			assertThat(refused).isNotNull();
		}
	}

	@ParameterizedTest
	@CsvSource({ "H1, 4s, 100ms, 1s", "H2C, 4s, 100ms, 1s", "H1, 0s, 1d, 1s", "H2C, 1d, 1d, 1s", "H1, 4s, 5s, 100ms",
			"H2C, 500ms, 5s, 1s" })
	void spreadFitsIntoTheShutdownPhase(Transport transport, String spread, String closeTimeout, String phase,
			CapturedOutput output) throws Exception {
		List<WebSocketConnection> connections = new ArrayList<>();
		try (TestServer server = start(transport, "websocket.http2.shutdown.spread=" + spread,
				"websocket.http2.close-timeout=" + closeTimeout,
				"spring.lifecycle.timeout-per-shutdown-phase=" + phase)) {
			List<CompletableFuture<Long>> arrivals = new ArrayList<>();
			for (int i = 0; i < 40; i++) {
				WebSocketConnection connection = server.connect();
				connections.add(connection);
				arrivals.add(answerClose(connection.open("/echo"), transport.isHttp2()));
			}
			assertThat(close(server)).isLessThan(DurationStyle.detectAndParse(phase).plus(SLACK));
			for (CompletableFuture<Long> arrival : arrivals) {
				Waiting.join(arrival);
			}
			assertThat(Handlers.CLOSED).hasSize(40).containsOnly(CloseStatus.GOING_AWAY);
			assertThat(output).doesNotContain("Shutdown phase");
		}
		finally {
			connections.forEach(WebSocketConnection::close);
		}
	}

	@Test
	void startSaysOnceThatTheSpreadDoesNotFit(CapturedOutput output) {
		String line = "websocket.http2.shutdown.spread";
		try (TestServer server = start(Transport.H1, "websocket.http2.shutdown.spread=4s",
				"spring.lifecycle.timeout-per-shutdown-phase=1s")) {
			assertThat(lines(output, line)).singleElement()
				.asString()
				.contains("WARN", "4000ms", "spring.lifecycle.timeout-per-shutdown-phase", "1000ms");
			server.context().stop();
			server.context().start();
			assertThat(lines(output, line)).hasSize(1);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "spring.lifecycle.timeout-per-shutdown-phase=30s", "server.shutdown=immediate" })
	void startSaysNothingWhereTheSpreadDoesNotMatter(String property, CapturedOutput output) {
		try (TestServer server = start(Transport.H1, "websocket.http2.shutdown.spread=4s",
				"spring.lifecycle.timeout-per-shutdown-phase=1s", property)) {
			assertThat(server.port()).isPositive();
			assertThat(lines(output, "websocket.http2.shutdown.spread")).isEmpty();
		}
	}

	private static List<String> lines(CapturedOutput output, String part) {
		return output.toString().lines().filter((line) -> line.contains(part)).toList();
	}

	private static TestServer start(Transport transport, String... properties) {
		List<String> all = new ArrayList<>(List.of("websocket.http2.shutdown.spread=" + SPREAD.toMillis() + "ms"));
		all.addAll(List.of(properties));
		return TestServer.start(transport, Handlers.class, all.toArray(String[]::new));
	}

	private CompletableFuture<Long> answerClose(WebSocketStream socket, boolean endStream) {
		return CompletableFuture.supplyAsync(() -> {
			Close close = socket.awaitClose();
			long arrival = System.nanoTime();
			assertThat(close.code()).isEqualTo(1001);
			socket.sendClose(1001, "");
			if (endStream) {
				socket.endStream();
			}
			return arrival;
		}, this.executor);
	}

	private static Duration close(TestServer server) {
		long start = System.nanoTime();
		server.close();
		return Duration.ofNanos(System.nanoTime() - start);
	}

	private CompletableFuture<Duration> closeAsync(TestServer server) {
		return CompletableFuture.supplyAsync(() -> close(server), this.executor);
	}

	@Configuration(proxyBeanMethods = false)
	static class Handlers {

		static final List<CloseStatus> CLOSED = Collections.synchronizedList(new ArrayList<>());

		static volatile Sinks.Empty<Void> answer = Sinks.empty();

		static volatile CountDownLatch asked = new CountDownLatch(1);

		@Bean
		@WebSocketMapping("/echo")
		WebSocketHandler echo() {
			return (session) -> {
				session.closeStatus().subscribe(CLOSED::add);
				return session.send(session.receive().doOnNext(WebSocketMessage::retain));
			};
		}

		@Bean
		WebFilter holding() {
			return (exchange, chain) -> {
				if (exchange.getRequest().getHeaders().containsHeader("x-held")) {
					exchange.getResponse().beforeCommit(() -> answer.asMono());
				}
				return chain.filter(exchange);
			};
		}

		@Bean
		RouterFunction<ServerResponse> routes() {
			return RouterFunctions.route().GET("/slow", (request) -> {
				asked.countDown();
				return answer.asMono().then(ServerResponse.ok().body(Mono.just("done"), String.class));
			}).build();
		}

	}

}
