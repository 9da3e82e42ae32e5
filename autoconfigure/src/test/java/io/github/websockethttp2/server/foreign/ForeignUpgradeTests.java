package io.github.websockethttp2.server.foreign;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import io.github.websockethttp2.testsupport.EndOfBytes;
import io.github.websockethttp2.testsupport.Http2Client;
import io.github.websockethttp2.testsupport.LogCapture;
import io.github.websockethttp2.testsupport.TestServer;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketStream;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.boot.reactor.netty.NettyRouteProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.messaging.handler.annotation.MessageMapping;
import org.springframework.messaging.rsocket.RSocketRequester;
import org.springframework.messaging.rsocket.RSocketStrategies;
import org.springframework.stereotype.Controller;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.reactive.CorsWebFilter;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.server.WebSocketService;
import org.springframework.web.reactive.socket.server.support.HandshakeWebSocketService;
import org.springframework.web.reactive.socket.server.upgrade.ReactorNettyRequestUpgradeStrategy;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebHandler;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * WebSockets that are opened past the starter's strategy, by whomever.
 */
class ForeignUpgradeTests {

	private static final String EVIL = "https://evil.example";

	private static final String ALLOWED = "https://app.example";

	private static final String NAMED = "https://named.example";

	static final String[] PROPERTIES = { "websocket.http2.allowed-origins=" + ALLOWED,
			"websocket.http2.close-timeout=1s", "spring.rsocket.server.transport=websocket",
			"spring.rsocket.server.mapping-path=/rsocket" };

	@RegisterExtension
	static final TestServers servers = new TestServers(Application.class, PROPERTIES);

	static Stream<Arguments> doors() {
		return Stream.of(Transport.values())
			.flatMap((transport) -> Stream.of("/web-handler", "/web-filter", "/route", "/rsocket")
				.map((path) -> Arguments.of(transport, path)));
	}

	static Stream<Arguments> echoes() {
		return doors().filter((arguments) -> !"/rsocket".equals(arguments.get()[1]));
	}

	@ParameterizedTest
	@MethodSource("doors")
	void evilOriginIsForbidden(Transport transport, String path) {
		servers.server(transport);
		int opened = Application.OPENED.get();
		try (LogCapture log = LogCapture.start()) {
			for (String origin : List.of(EVIL, "null", "garbage", own(transport) + ".evil.example")) {
				try (WebSocketConnection connection = servers.connect(transport)) {
					assertThat(connection.handshake(path, "origin", origin)).as(origin).isEqualTo(403);
				}
			}
			log.assertNothingAbove(Level.DEBUG);
		}
		assertThat(Application.OPENED).hasValue(opened);
	}

	@ParameterizedTest
	@MethodSource("echoes")
	void ownAndAllowedOriginsAreLetIn(Transport transport, String path) {
		for (String origin : List.of(own(transport), ALLOWED)) {
			try (WebSocketConnection connection = servers.connect(transport)) {
				assertEchoes(connection.open(path, "origin", origin));
			}
		}
		try (WebSocketConnection connection = servers.connect(transport)) {
			assertEchoes(connection.open(path));
		}
	}

	@ParameterizedTest
	@EnumSource
	void originsOfRSocketAreLetIn(Transport transport) {
		for (String origin : List.of(own(transport), ALLOWED)) {
			try (WebSocketConnection connection = servers.connect(transport)) {
				assertThat(connection.handshake("/rsocket", "origin", origin))
					.isEqualTo((transport.isHttp2()) ? 200 : 101);
			}
		}
	}

	@Test
	void rSocketGoesOn() {
		TestServer server = servers.server(Transport.H1);
		RSocketRequester requester = RSocketRequester.builder()
			.rsocketStrategies(server.bean(RSocketStrategies.class))
			.websocket(URI.create("ws://localhost:" + server.port() + "/rsocket"));
		try {
			assertThat(requester.route("greet").data("you").retrieveMono(String.class).block(Waiting.TIMEOUT))
				.isEqualTo("hello you");
		}
		finally {
			requester.dispose();
		}
	}

	@ParameterizedTest
	@MethodSource("doors")
	void corsRulesCountAsTheyDoElsewhere(Transport transport, String path) {
		boolean exchange = path.startsWith("/web");
		assertCors(transport, path + "?credentials", EVIL, exchange);
		assertCors(transport, path + "?pattern", EVIL, false);
		assertCors(transport, path + "?named", EVIL, false);
		assertCors(transport, path + "?named", NAMED, exchange);
	}

	private static void assertCors(Transport transport, String path, String origin, boolean accepted) {
		try (WebSocketConnection connection = servers.connect(transport)) {
			assertThat(connection.handshake(path, "origin", origin)).as(path)
				.isEqualTo((!accepted) ? 403 : (transport.isHttp2()) ? 200 : 101);
		}
	}

	@ParameterizedTest
	@MethodSource("doors")
	void refusedStreamsComeBack(Transport transport, String path) {
		if (transport.isHttp2()) {
			try (Http2Client client = servers.http2(transport)) {
				List<WebSocketStream> refused = new ArrayList<>();
				IntStream.range(0, 100).forEach((i) -> {
					Http2Headers headers = client.webSocket(path);
					headers.set("origin", EVIL);
					refused.add(WebSocketStream.of(client.open(headers, false)));
				});
				for (WebSocketStream stream : refused) {
					assertThat(stream.stream().status()).isEqualTo(403);
				}
				for (WebSocketStream stream : refused) {
					assertThat(stream.stream().awaitReset()).isEqualTo(Http2Error.NO_ERROR);
				}
				assertEchoes(client.openWebSocket("/web-handler"));
			}
		}
	}

	@ParameterizedTest
	@MethodSource("doors")
	void endOfStreamGivesTheSlotBack(Transport transport, String path) {
		if (transport.isHttp2()) {
			try (Http2Client client = servers.http2(transport); LogCapture log = LogCapture.start()) {
				for (int i = 0; i < 200; i++) {
					WebSocketStream socket = client.openWebSocket(path);
					socket.endStream();
					assertThat(socket.skipToEndOfBytes()).isEqualTo(EndOfBytes.END_STREAM);
				}
				assertEchoes(client.openWebSocket("/web-handler"));
				log.assertNothingAbove(Level.DEBUG);
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/deaf", "/deaf-route" })
	void endOfStreamThatNobodyReadsGivesTheSlotBack(String path) {
		try (Http2Client client = servers.http2(Transport.H2C)) {
			List<WebSocketStream> sockets = new ArrayList<>();
			for (int i = 0; i < 100; i++) {
				WebSocketStream socket = client.openWebSocket(path);
				socket.sendText("unread");
				socket.endStream();
				sockets.add(socket);
			}
			for (WebSocketStream socket : sockets) {
				assertThat(socket.skipToEndOfBytes().kind()).isIn(EndOfBytes.Kind.END_STREAM, EndOfBytes.Kind.RESET);
			}
			assertEchoes(client.openWebSocket("/web-handler"));
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void endOfStreamInTheFlightOfTheHandshakeGivesTheSlotBack(Transport transport) {
		try (Http2Client client = servers.http2(transport)) {
			for (String path : List.of("/web-handler", "/route", "/deaf")) {
				List<WebSocketStream> sockets = new ArrayList<>();
				client.inOneFlight(() -> {
					WebSocketStream socket = WebSocketStream.of(client.open(client.webSocket(path), false));
					socket.endStream();
					sockets.add(socket);
				});
				assertThat(sockets.get(0).skipToEndOfBytes().kind()).isIn(EndOfBytes.Kind.END_STREAM,
						EndOfBytes.Kind.RESET);
			}
		}
	}

	@ParameterizedTest
	@MethodSource("echoes")
	void closeOfThePeerIsAnsweredAndNotOvertakenByAReset(Transport transport, String path) {
		try (WebSocketConnection connection = servers.connect(transport)) {
			WebSocketStream socket = connection.open(path);
			socket.sendClose(1000, "");
			assertThat(socket.awaitClose().code()).isEqualTo(1000);
			if (transport.isHttp2()) {
				assertThat(socket.awaitEndOfBytes()).isEqualTo(EndOfBytes.END_STREAM);
				socket.stream().expectNoReset();
				assertThat(socket.stream().awaitReset()).isEqualTo(Http2Error.NO_ERROR);
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/bye", "/bye-route" })
	void closeOfTheServerIsNotOvertakenByAReset(String path) {
		for (Transport transport : new Transport[] { Transport.H2C, Transport.H2 }) {
			try (WebSocketConnection connection = servers.connect(transport)) {
				WebSocketStream socket = connection.open(path);
				assertThat(socket.awaitClose().code()).isEqualTo(1000);
				assertThat(socket.awaitEndOfBytes()).isEqualTo(EndOfBytes.END_STREAM);
				socket.stream().expectNoReset();
				socket.sendClose(1000, "");
				socket.endStream();
				socket.stream().expectNoReset();
			}
			try (Http2Client client = servers.http2(transport)) {
				List<WebSocketStream> sockets = new ArrayList<>();
				for (int i = 0; i < 90; i++) {
					sockets.add(client.openWebSocket(path));
				}
				for (WebSocketStream socket : sockets) {
					socket.awaitClose();
					assertThat(socket.stream().awaitReset()).isEqualTo(Http2Error.NO_ERROR);
				}
			}
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void acceptedTunnelHasNoLength(Transport transport) {
		try (WebSocketConnection connection = servers.connect(transport)) {
			assertThat(connection.tryOpen("/web-handler").header("content-length")).isNull();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H1", "H1_TLS" })
	void connectionGoesOnAfterARefusalThatIsNoUpgrade(Transport transport) {
		try (WebSocketConnection connection = servers.connect(transport)) {
			assertThat(connection.handshake("/nothing")).isEqualTo(404);
			assertThat(connection.handshake("/route", "origin", EVIL)).isEqualTo(403);
		}
	}

	private static void assertEchoes(WebSocketStream socket) {
		socket.sendText("hello");
		assertThat(socket.awaitText()).isEqualTo("hello");
	}

	private static String own(Transport transport) {
		return ((transport.isTls()) ? "https" : "http") + "://localhost:" + servers.server(transport).port();
	}

	@Configuration(proxyBeanMethods = false)
	static class Application {

		static final AtomicInteger OPENED = new AtomicInteger();

		private static final WebSocketHandler ECHO = (session) -> {
			OPENED.incrementAndGet();
			return session.send(session.receive().map((message) -> session.textMessage(message.getPayloadAsText())));
		};

		private static final WebSocketHandler DEAF = (session) -> session.send(Flux.never());

		private static final WebSocketHandler BYE = (session) -> Mono.delay(Duration.ofMillis(100)).then();

		private final WebSocketService service = new HandshakeWebSocketService(
				new ReactorNettyRequestUpgradeStrategy());

		@Bean
		HandlerMapping webHandlers() {
			SimpleUrlHandlerMapping mapping = new SimpleUrlHandlerMapping();
			mapping.setOrder(-1);
			mapping
				.setUrlMap(Map.of("/web-handler", upgrading(ECHO), "/deaf", upgrading(DEAF), "/bye", upgrading(BYE)));
			return mapping;
		}

		private WebHandler upgrading(WebSocketHandler handler) {
			return (exchange) -> this.service.handleRequest(exchange, handler);
		}

		@Bean
		WebFilter webFilter() {
			return (exchange, chain) -> (exchange.getRequest().getPath().value().equals("/web-filter"))
					? this.service.handleRequest(exchange, ECHO) : chain.filter(exchange);
		}

		@Bean
		NettyRouteProvider routes() {
			return (routes) -> routes.ws("/route", (in, out) -> {
				OPENED.incrementAndGet();
				return out.sendString(in.receive().asString());
			})
				.ws("/deaf-route", (in, out) -> Mono.never())
				.ws("/bye-route", (in, out) -> Mono.delay(Duration.ofMillis(100)).then());
		}

		@Bean
		@Order(0)
		CorsWebFilter corsFilter() {
			return new CorsWebFilter((exchange) -> {
				CorsConfiguration rules = new CorsConfiguration();
				switch (String.valueOf(exchange.getRequest().getURI().getQuery())) {
					case "credentials" -> {
						rules.addAllowedOriginPattern("*");
						rules.setAllowCredentials(true);
					}
					case "pattern" -> rules.addAllowedOriginPattern("*");
					case "named" -> rules.addAllowedOrigin(NAMED);
					default -> {
						return null;
					}
				}
				return rules;
			});
		}

		@Bean
		Greeter greeter() {
			return new Greeter();
		}

	}

	@Controller
	static class Greeter {

		@MessageMapping("greet")
		Mono<String> greet(String name) {
			return Mono.just("hello " + name);
		}

	}

}
