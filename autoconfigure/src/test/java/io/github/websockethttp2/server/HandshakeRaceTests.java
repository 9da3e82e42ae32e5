package io.github.websockethttp2.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

import ch.qos.logback.classic.Level;
import io.github.websockethttp2.handshake.HandshakeDecision;
import io.github.websockethttp2.handshake.HandshakePolicy;
import io.github.websockethttp2.session.SessionRegistry;
import io.github.websockethttp2.testsupport.EchoHandlers;
import io.github.websockethttp2.testsupport.Http2Client;
import io.github.websockethttp2.testsupport.Http2Stream;
import io.github.websockethttp2.testsupport.LogCapture;
import io.github.websockethttp2.testsupport.Often;
import io.github.websockethttp2.testsupport.TestServer;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.netty.channel.EventLoop;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.server.HttpServerResponse;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Handshakes that are decided just when somebody loses patience with them.
 */
class HandshakeRaceTests {

	private static final int ROUNDS = Often.times(5, 30);

	private static final int STREAMS = 100;

	/**
	 * Around the timeout: on time, too late, and at the same time.
	 */
	@ParameterizedTest
	@EnumSource(names = { "H1", "H2C" })
	void eachIsDecidedOrRefusedAndHasItsPlaceIfItIsOpen(Transport transport) throws Exception {
		try (TestServer server = TestServer.start(transport, RandomDelays.class,
				"websocket.http2.handshake-timeout=5ms", "server.shutdown=immediate");
				LogCapture log = LogCapture.start()) {
			SessionRegistry sessions = server.bean(SessionRegistry.class);
			AtomicInteger open = new AtomicInteger();
			AtomicInteger refused = new AtomicInteger();
			for (int i = 0; i < ROUNDS; i++) {
				int openBefore = open.get();
				List<AutoCloseable> clients = new ArrayList<>();
				for (int status : (transport.isHttp2()) ? http2(server, clients) : http1(server, clients)) {
					assertThat(status).isIn((transport.isHttp2()) ? 200 : 101, 403, 503);
					((status < 400) ? open : refused).incrementAndGet();
				}
				await().untilAsserted(() -> {
					assertThat(sessions.getCount()).isEqualTo(open.get() - openBefore);
					assertThat(sessions.getBudget().getUsed()).isEqualTo(sessions.getCount());
				});
				for (AutoCloseable client : clients) {
					client.close();
				}
				await().untilAsserted(() -> {
					assertThat(sessions.getCount()).isZero();
					assertThat(sessions.getBudget().getUsed()).isZero();
				});
			}
			assertThat(open).hasPositiveValue();
			assertThat(refused).hasPositiveValue();
			log.assertNothingAbove(Level.DEBUG);
		}
	}

	private static List<Integer> http2(TestServer server, List<AutoCloseable> clients) {
		Http2Client client = server.http2();
		clients.add(client);
		List<Http2Stream> streams = new ArrayList<>();
		for (int i = 0; i < STREAMS; i++) {
			streams.add(client.open(client.webSocket("/echo"), false));
		}
		return streams.stream().map((stream) -> Integer.valueOf(stream.awaitHeaders().status().toString())).toList();
	}

	private static List<Integer> http1(TestServer server, List<AutoCloseable> clients) {
		List<WebSocketConnection> connections = new ArrayList<>();
		for (int i = 0; i < STREAMS; i++) {
			connections.add(server.connect());
		}
		clients.addAll(connections);
		return connections.parallelStream().map((connection) -> connection.handshake("/echo")).toList();
	}

	/**
	 * Such as a timeout of the application's own: the handshake is accepted, and its
	 * session about to be opened on the event loop, when it is cancelled.
	 */
	@ParameterizedTest
	@EnumSource(names = { "H1", "H2C" })
	void sessionThatHasLostItsPlaceIsNotOpened(Transport transport) throws Exception {
		try (TestServer server = TestServer.start(transport, Cancelling.class, "server.shutdown=immediate");
				WebSocketConnection connection = server.connect()) {
			Cancelling cancelling = server.bean(Cancelling.class);
			assertThat(connection.handshake("/echo")).isGreaterThanOrEqualTo(400);
			Waiting.await(cancelling.cancelled);
			SessionRegistry sessions = server.bean(SessionRegistry.class);
			assertThat(sessions.getBudget().getUsed()).isEqualTo(sessions.getCount()).isZero();
		}
	}

	@Configuration(proxyBeanMethods = false)
	@Import(EchoHandlers.class)
	static class RandomDelays {

		@Bean
		HandshakePolicy policy() {
			return (exchange) -> {
				ThreadLocalRandom random = ThreadLocalRandom.current();
				HandshakeDecision decision = (random.nextInt(4) > 0) ? HandshakeDecision.accept()
						: HandshakeDecision.refuse(HttpStatus.FORBIDDEN, "test");
				return Mono.delay(Duration.ofNanos(random.nextLong(2_000_000, 8_000_000))).thenReturn(decision);
			};
		}

	}

	@Configuration
	@Import(EchoHandlers.class)
	static class Cancelling {

		final CountDownLatch cancelled = new CountDownLatch(1);

		private final Sinks.Empty<Void> impatience = Sinks.empty();

		/**
		 * Accepts on another thread while the event loop is busy, so that the session is
		 * in line when the handshake is cancelled.
		 */
		@Bean
		HandshakePolicy policy() {
			return (exchange) -> Mono.create((sink) -> Schedulers.boundedElastic().schedule(() -> {
				EventLoop eventLoop = eventLoop(exchange);
				CountDownLatch busy = new CountDownLatch(1);
				CountDownLatch released = new CountDownLatch(1);
				eventLoop.execute(() -> {
					busy.countDown();
					Waiting.await(released);
				});
				Waiting.await(busy);
				sink.success(HandshakeDecision.accept());
				this.impatience.tryEmitError(new IllegalStateException("test"));
				eventLoop.execute(this.cancelled::countDown);
				released.countDown();
			}));
		}

		@Bean
		WebFilter impatient() {
			return (exchange, chain) -> Mono.firstWithSignal(chain.filter(exchange), this.impatience.asMono());
		}

		private static EventLoop eventLoop(ServerWebExchange exchange) {
			EventLoop[] eventLoop = new EventLoop[1];
			HttpServerResponse response = ServerHttpResponseDecorator.getNativeResponse(exchange.getResponse());
			response.withConnection((connection) -> eventLoop[0] = connection.channel().eventLoop());
			return eventLoop[0];
		}

	}

}
