package io.github.websockethttp2.client;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.github.websockethttp2.server.WebSocketMapping;
import io.github.websockethttp2.session.WebSocketSessions;
import io.github.websockethttp2.testsupport.TcpRelay;
import io.github.websockethttp2.testsupport.TestServer;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshakeException;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.netty.http.Http11SslContextSpec;
import reactor.netty.http.Http2SslContextSpec;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.tcp.SslProvider;
import reactor.netty.tcp.SslProvider.GenericSslContextSpec;
import reactor.test.StepVerifier;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;
import org.springframework.web.reactive.socket.client.ReactorNettyWebSocketClient;
import org.springframework.web.reactive.socket.client.WebSocketClient;
import org.springframework.web.server.WebFilter;
import org.springframework.web.util.UriComponentsBuilder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Sockets that are opened again, to real servers, by our own client and by Spring's for
 * Reactor Netty.
 */
class ReconnectTests {

	/**
	 * Spring's client keeps its connections, for which a server that shuts down waits.
	 */
	private static final String[] PROPERTIES = { "websocket.http2.allowed-origins=*",
			"spring.lifecycle.timeout-per-shutdown-phase=1s" };

	private static final List<Integer> FOR_GOOD = List.of(1000, 1002, 1003, 1005, 1007, 1008, 1009, 1010, 3000, 4000);

	private static final List<Integer> TRANSIENT = List.of(1001, 1011, 1012, 1013, 1014);

	@RegisterExtension
	static final TestServers SERVERS = new TestServers(Handlers.class, PROPERTIES);

	private final Queue<Reconnect> reconnects = new ConcurrentLinkedQueue<>();

	private final List<Long> attempts = new CopyOnWriteArrayList<>();

	@ParameterizedTest
	@MethodSource("clients")
	void statusOfTheServerDecides(Transport transport, WebSocketClient client) {
		for (int code : Stream.concat(FOR_GOOD.stream(), TRANSIENT.stream()).toList()) {
			this.attempts.clear();
			URI url = transport.url(SERVERS.server(transport).port(), "/closing?code=" + code);
			// The second is closed by the handler
			StepVerifier.create(reconnecting(client).execute(url, (session) -> Mono.deferContextual((context) -> {
				this.attempts.add(context.get(ReconnectingWebSocketClient.ATTEMPT));
				return (this.attempts.size() == 1) ? session.receive().then() : session.close();
			}))).expectComplete().verify(Waiting.TIMEOUT);
			assertThat(this.attempts).as("after %s", code)
				.containsExactlyElementsOf((TRANSIENT.contains(code)) ? List.of(1L, 2L) : List.of(1L));
		}
	}

	@ParameterizedTest
	@MethodSource("clients")
	void handlerEndsItByItself(Transport transport, WebSocketClient client) {
		URI url = transport.url(SERVERS.server(transport).port(), "/echo");
		StepVerifier
			.create(reconnecting(client).execute(url, (session) -> session.send(Mono.just(session.textMessage("hello")))
				.then(session.receive().take(1).then())))
			.expectComplete()
			.verify(Waiting.TIMEOUT);
		StepVerifier
			.create(reconnecting(client).execute(url, (session) -> Mono.error(new IllegalStateException("mine"))))
			.expectErrorMessage("mine")
			.verify(Waiting.TIMEOUT);
		assertThat(this.reconnects).isEmpty();
	}

	@ParameterizedTest
	@MethodSource("clients")
	void serverThatShutsDownAndComesBack(Transport transport, WebSocketClient client) {
		Disposable execution;
		int port;
		try (TestServer server = TestServer.start(transport, OwnEventLoops.class, PROPERTIES)) {
			port = server.port();
			execution = reconnecting(client).execute(transport.url(port, "/echo"), this::sayAndListen).subscribe();
			await().until(() -> this.attempts.size() == 1);
		}
		await().until(() -> this.reconnects.size() >= 3);
		try (TestServer server = TestServer.start(transport, OwnEventLoops.class, PROPERTIES[0], PROPERTIES[1],
				"server.port=" + port)) {
			await().until(() -> this.attempts.size() == 2);
			assertThat(this.reconnects.element().cause()).isInstanceOfSatisfying(WebSocketClosedException.class,
					(closed) -> assertThat(closed.getCloseStatus().getCode()).isEqualTo(1001));
			assertThat(this.attempts.get(1)).isEqualTo(this.reconnects.size() + 1);
			execution.dispose();
			server.awaitNoSessions();
		}
	}

	@ParameterizedTest
	@MethodSource("clients")
	void connectionThatIsCut(Transport transport, WebSocketClient client) {
		TcpRelay relay = TcpRelay.start(SERVERS.server(transport).port(), Duration.ZERO);
		Disposable execution = reconnecting(client).execute(transport.url(relay.port(), "/echo"), this::sayAndListen)
			.subscribe();
		await().until(() -> this.attempts.size() == 1);
		relay.close();
		await().until(() -> this.reconnects.size() >= 2);
		execution.dispose();
		assertThat(this.reconnects.remove().cause()).isInstanceOfSatisfying(WebSocketClosedException.class,
				(closed) -> assertThat(closed.getCloseStatus().getCode()).isEqualTo(1006));
		assertThat(this.reconnects.remove().cause()).isNotInstanceOf(WebSocketClosedException.class);
	}

	@ParameterizedTest
	@MethodSource("clients")
	void serverThatWantsToBeLeftAlone(Transport transport, WebSocketClient client) {
		SERVERS.server(transport).bean(Handlers.Refusals.class).left.set(1);
		Mono<Void> execution = reconnecting(client)
			.execute(transport.url(SERVERS.server(transport).port(), "/echo?busy"), (session) -> session.close());
		StepVerifier.create(execution).expectComplete().verify(Waiting.TIMEOUT);
		assertThat(this.reconnects).singleElement().satisfies((reconnect) -> {
			assertThat(reconnect.cause()).isInstanceOf(WebSocketClientHandshakeException.class);
			assertThat(reconnect.delay()).isBetween(Duration.ofSeconds(1), Duration.ofMillis(1_010));
		});
	}

	@ParameterizedTest
	@EnumSource
	void cancelledExecutionClosesAndDoesNotComeBack(Transport transport) {
		WebSocketSessions sessions = SERVERS.server(transport).bean(WebSocketSessions.class);
		await().until(() -> sessions.getCount() == 0);
		Disposable execution = reconnecting(Http2WebSocketClientTests.client(transport))
			.execute(transport.url(SERVERS.server(transport).port(), "/echo"), this::sayAndListen)
			.subscribe();
		await().until(() -> this.attempts.size() == 1);
		execution.dispose();
		await().until(() -> sessions.getCount() == 0);
		assertThat(this.reconnects).isEmpty();
	}

	private Mono<Void> sayAndListen(WebSocketSession session) {
		return Mono.deferContextual((context) -> session.send(Mono.just(session.textMessage("hello")))
			.thenMany(session.receive()
				.doOnNext((message) -> this.attempts.add(context.get(ReconnectingWebSocketClient.ATTEMPT))))
			.then());
	}

	private ReconnectingWebSocketClient reconnecting(WebSocketClient client) {
		return ReconnectingWebSocketClient.builder(client)
			.firstBackoff(Duration.ofMillis(10))
			.maxBackoff(Duration.ofMillis(100))
			.doBeforeReconnect(this.reconnects::add)
			.build();
	}

	static Stream<Arguments> clients() {
		return Stream.of(Transport.values())
			.flatMap((transport) -> Stream.of(
					Arguments.argumentSet("ours, " + transport, transport, Http2WebSocketClientTests.client(transport)),
					Arguments.argumentSet("Spring's, " + transport, transport, reactorNetty(transport))));
	}

	private static WebSocketClient reactorNetty(Transport transport) {
		HttpClient client = HttpClient.create();
		HttpClient over = switch (transport) {
			case H1 -> client.protocol(HttpProtocol.HTTP11);
			case H2C -> client.protocol(HttpProtocol.H2C);
			case H1_TLS -> client.protocol(HttpProtocol.HTTP11).secure(trusting(Http11SslContextSpec.forClient()));
			case H2 -> client.protocol(HttpProtocol.H2).secure(trusting(Http2SslContextSpec.forClient()));
		};
		return new ReactorNettyWebSocketClient(over);
	}

	private static Consumer<SslProvider.SslContextSpec> trusting(GenericSslContextSpec<SslContextBuilder> context) {
		return (spec) -> spec
			.sslContext(context.configure((builder) -> builder.trustManager(InsecureTrustManagerFactory.INSTANCE)));
	}

	/**
	 * A server that is closed takes its event loops with it, which must not be those of
	 * the client and of other servers.
	 */
	@Configuration(proxyBeanMethods = false)
	@Import(Handlers.class)
	static class OwnEventLoops {

		@Bean
		ReactorResourceFactory eventLoops() {
			ReactorResourceFactory factory = new ReactorResourceFactory();
			factory.setUseGlobalResources(false);
			factory.setShutdownQuietPeriod(Duration.ZERO);
			return factory;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Handlers {

		@Bean
		@WebSocketMapping("/echo")
		WebSocketHandler echo() {
			return (session) -> session.send(session.receive().doOnNext(WebSocketMessage::retain));
		}

		@Bean
		@WebSocketMapping("/closing")
		WebSocketHandler closing() {
			return (session) -> session.close(
					new CloseStatus(Integer.parseInt(UriComponentsBuilder.fromUri(session.getHandshakeInfo().getUri())
						.build()
						.getQueryParams()
						.getFirst("code"))));
		}

		@Bean
		Refusals refusals() {
			return new Refusals();
		}

		@Bean
		WebFilter busy(Refusals refusals) {
			return (exchange, chain) -> {
				if (!exchange.getRequest().getQueryParams().containsKey("busy")
						|| refusals.left.getAndDecrement() <= 0) {
					return chain.filter(exchange);
				}
				exchange.getResponse().setStatusCode(HttpStatus.SERVICE_UNAVAILABLE);
				exchange.getResponse().getHeaders().set("Retry-After", "1");
				return exchange.getResponse().setComplete();
			};
		}

		/** How many handshakes are still to be refused. */
		static class Refusals {

			final AtomicInteger left = new AtomicInteger();

		}

	}

}
