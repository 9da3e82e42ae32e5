package io.github.websockethttp2.server;

import java.net.URI;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.websockethttp2.session.WebSocketTransport;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.http.Http11SslContextSpec;
import reactor.netty.http.Http2SslContextSpec;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.tcp.SslProvider.GenericSslContextSpec;
import reactor.test.StepVerifier;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;
import org.springframework.web.reactive.socket.client.ReactorNettyWebSocketClient;

/**
 * Spring's own client talks to the server over every transport.
 */
class WebFluxClientTests {

	private static final int SESSIONS = 50;

	private static final Map<Transport, ReactorNettyWebSocketClient> clients = new EnumMap<>(Transport.class);

	private static final ConnectionProvider oneConnection = ConnectionProvider.create("one", 1);

	private static final ConnectionProvider manyConnections = ConnectionProvider.create("many", SESSIONS);

	@RegisterExtension
	static final TestServers servers = new TestServers(Handlers.class);

	@AfterAll
	static void disconnect() {
		oneConnection.dispose();
		manyConnections.dispose();
	}

	@ParameterizedTest
	@EnumSource
	void echoes(Transport transport) {
		List<String> sent = Flux.range(0, 1000).map((i) -> "message " + i).collectList().block(Waiting.TIMEOUT);
		Flux<String> received = exchange(transport, "/echo",
				(session) -> session.send(Flux.fromIterable(sent).map(session::textMessage))
					.thenMany(session.receive().map(WebSocketMessage::getPayloadAsText).take(sent.size())));
		StepVerifier.create(received).expectNextSequence(sent).expectComplete().verify(Waiting.TIMEOUT);
	}

	@ParameterizedTest
	@EnumSource
	void pushes(Transport transport) {
		Flux<String> received = exchange(transport, "/push",
				(session) -> session.receive().map(WebSocketMessage::getPayloadAsText));
		StepVerifier.create(received).expectNext("0", "1", "2").expectComplete().verify(Waiting.TIMEOUT);
	}

	@ParameterizedTest
	@EnumSource
	void usesTheTransport(Transport transport) {
		Flux<String> received = exchange(transport, "/transport",
				(session) -> session.receive().map(WebSocketMessage::getPayloadAsText));
		StepVerifier.create(received).expectNext(transport.httpVersion()).expectComplete().verify(Waiting.TIMEOUT);
	}

	@ParameterizedTest
	@EnumSource
	void clientSeesTheCloseStatusOfTheServer(Transport transport) {
		Flux<CloseStatus> closed = exchange(transport, "/leaving",
				(session) -> session.receive().thenMany(session.closeStatus()));
		StepVerifier.create(closed)
			.expectNext(CloseStatus.GOING_AWAY.withReason("maintenance"))
			.expectComplete()
			.verify(Waiting.TIMEOUT);
	}

	@ParameterizedTest
	@EnumSource
	void clientSeesThatTheHandlerCompleted(Transport transport) {
		Flux<CloseStatus> closed = exchange(transport, "/push",
				(session) -> session.receive().thenMany(session.closeStatus()));
		StepVerifier.create(closed).expectNext(CloseStatus.NORMAL).expectComplete().verify(Waiting.TIMEOUT);
	}

	@ParameterizedTest
	@EnumSource
	void serverSeesTheCloseStatusOfTheClient(Transport transport) {
		Handlers handlers = servers.server(transport).bean(Handlers.class);
		CloseStatus status = new CloseStatus(4000, transport.name());
		Mono<CloseStatus> seen = handlers.closed.asFlux().filter(status::equals).next();
		Mono<Void> closing = execute(transport, "/echo",
				(session) -> session.send(Mono.just(session.textMessage("hello")))
					.thenMany(session.receive().concatMap((message) -> session.close(status)))
					.then());
		StepVerifier.create(Mono.when(closing).then(seen)).expectNext(status).expectComplete().verify(Waiting.TIMEOUT);
	}

	@ParameterizedTest
	@EnumSource
	void manySessionsShareAConnectionOverHttp2(Transport transport) {
		AtomicInteger open = new AtomicInteger();
		Sinks.Empty<Void> allOpen = Sinks.empty();
		Flux<String> connectionIds = Flux.range(0, SESSIONS)
			.flatMap((i) -> exchange(transport, "/connection",
					(session) -> session.receive()
						.map(WebSocketMessage::getPayloadAsText)
						.takeUntilOther(allOpen.asMono())),
					SESSIONS)
			.doOnNext((id) -> {
				if (open.incrementAndGet() == SESSIONS) {
					allOpen.tryEmitEmpty();
				}
			});
		StepVerifier.create(connectionIds.distinct().count())
			.expectNext((transport.isHttp2()) ? 1L : SESSIONS)
			.expectComplete()
			.verify(Waiting.TIMEOUT);
	}

	/**
	 * Runs a session, and emits what the client's side of it does.
	 */
	private static <T> Flux<T> exchange(Transport transport, String path, ClientHandler<T> handler) {
		return Flux.defer(() -> {
			Sinks.Many<T> values = Sinks.many().unicast().onBackpressureBuffer();
			Mono<Void> exchange = execute(transport, path,
					(session) -> handler.handle(session)
						.doOnNext((value) -> values.emitNext(value, Sinks.EmitFailureHandler.FAIL_FAST))
						.then());
			return exchange.doOnTerminate(values::tryEmitComplete).<T>then(Mono.empty()).mergeWith(values.asFlux());
		});
	}

	private static Mono<Void> execute(Transport transport, String path, WebSocketHandler handler) {
		String origin = "://localhost:" + servers.server(transport).port();
		// Reactor Netty 1.3.7 names http over HTTP/2 with TLS as well
		HttpHeaders headers = new HttpHeaders();
		headers.setOrigin(((transport.isTls()) ? "https" : "http") + origin);
		return clients.computeIfAbsent(transport, WebFluxClientTests::client)
			.execute(URI.create(((transport.isTls()) ? "wss" : "ws") + origin + path), headers, handler);
	}

	private static ReactorNettyWebSocketClient client(Transport transport) {
		HttpClient client = HttpClient.create((transport.isHttp2()) ? oneConnection : manyConnections);
		HttpClient configured = switch (transport) {
			case H1 -> client.protocol(HttpProtocol.HTTP11);
			case H1_TLS -> client.protocol(HttpProtocol.HTTP11)
				.secure((ssl) -> ssl.sslContext(trusting(Http11SslContextSpec.forClient())));
			case H2C -> client.protocol(HttpProtocol.H2C);
			case H2 -> client.protocol(HttpProtocol.H2)
				.secure((ssl) -> ssl.sslContext(trusting(Http2SslContextSpec.forClient())));
		};
		return new ReactorNettyWebSocketClient(configured);
	}

	private static GenericSslContextSpec<SslContextBuilder> trusting(GenericSslContextSpec<SslContextBuilder> spec) {
		return spec.configure((builder) -> builder.trustManager(InsecureTrustManagerFactory.INSTANCE));
	}

	/**
	 * The client's side of an exchange.
	 *
	 * @param <T> what it results in
	 */
	interface ClientHandler<T> {

		Flux<T> handle(WebSocketSession session);

	}

	@Configuration(proxyBeanMethods = false)
	static class Handlers {

		private final Sinks.Many<CloseStatus> closed = Sinks.many().replay().all();

		@Bean
		@WebSocketMapping("/echo")
		WebSocketHandler echo() {
			return (session) -> {
				session.closeStatus()
					.subscribe((status) -> this.closed.emitNext(status,
							Sinks.EmitFailureHandler.busyLooping(Waiting.TIMEOUT)));
				return session.send(session.receive().doOnNext(WebSocketMessage::retain));
			};
		}

		@Bean
		@WebSocketMapping("/push")
		WebSocketHandler push() {
			return (session) -> session
				.send(Flux.range(0, 3).delayElements(Duration.ofMillis(1)).map((i) -> session.textMessage("" + i)));
		}

		@Bean
		@WebSocketMapping("/transport")
		WebSocketHandler transport() {
			return (session) -> session
				.send(Mono.just(session.textMessage(WebSocketTransport.of(session).protocol().toString())));
		}

		@Bean
		@WebSocketMapping("/connection")
		WebSocketHandler connection() {
			return (session) -> session
				.send(Mono.just(session.textMessage(WebSocketTransport.of(session).connectionId())))
				.and(session.receive());
		}

		@Bean
		@WebSocketMapping("/leaving")
		WebSocketHandler leaving() {
			return (session) -> session.close(CloseStatus.GOING_AWAY.withReason("maintenance"));
		}

	}

}
