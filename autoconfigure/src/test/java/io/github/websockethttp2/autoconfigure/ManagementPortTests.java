package io.github.websockethttp2.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.github.websockethttp2.server.WebSocketMapping;
import io.github.websockethttp2.session.WebSocketSessions;
import io.github.websockethttp2.testsupport.Http2Client;
import io.github.websockethttp2.testsupport.Http2Stream;
import io.github.websockethttp2.testsupport.TestServer;
import io.github.websockethttp2.testsupport.TestTls;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.reactive.context.ReactiveWebServerApplicationContext;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.config.EnableWebFlux;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.server.WebSocketService;
import org.springframework.web.reactive.socket.server.support.HandshakeWebSocketService;
import org.springframework.web.reactive.socket.server.upgrade.ReactorNettyRequestUpgradeStrategy;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebHandler;
import org.springframework.web.server.adapter.WebHttpHandlerBuilder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The server of another application context, such as the one of
 * {@code management.server.port}, sees handler mappings of the application: those of the
 * starter keep to their own, and what others map is guarded as everywhere.
 */
class ManagementPortTests {

	private static final String[] EVIL = { "origin", "https://evil.example" };

	@ParameterizedTest
	@EnumSource(names = { "H1", "H1_TLS" })
	void annotatedHandlersAreNotMappedOnTheManagementPort(Transport transport) {
		try (TestServer server = start(transport);
				WebSocketConnection main = server.connect();
				WebSocketConnection management = transport.connect(managementPort(server))) {
			assertThat(main.handshake("/annotated")).isEqualTo(101);
			assertThat(management.handshake("/annotated")).isEqualTo(404);
			assertThat(management.request("GET", "/actuator").status()).isEqualTo(200);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H1", "H1_TLS" })
	void whatOtherMappingsMapIsGuardedOnTheManagementPort(Transport transport) {
		try (TestServer server = start(transport, "websocket.http2.max-sessions=2",
				"websocket.http2.max-message-size=1000B")) {
			int port = managementPort(server);
			assertThat(handshake(transport, port, "/mapped", EVIL)).isEqualTo(403);
			assertThat(handshake(transport, port, "/mapped", "sec-websocket-version", "8")).isEqualTo(426);
			try (WebSocketConnection management = transport.connect(port);
					WebSocketConnection main = server.connect()) {
				WebSocketStream socket = management.open("/mapped", "origin",
						((transport.isTls()) ? "https" : "http") + "://localhost:" + port);
				main.open("/mapped");
				awaitSessions(server, 2);
				assertThat(handshake(transport, port, "/mapped")).isEqualTo(503);
				byte[] biggest = new byte[1000];
				socket.sendBinary(biggest);
				assertThat(socket.awaitBinary()).isEqualTo(biggest);
				socket.sendBinary(new byte[1001]);
				assertThat(socket.awaitClose().code()).isEqualTo(1009);
			}
			awaitSessions(server, 0);
		}
	}

	@Test
	void sessionsOnTheManagementPortAreToldOfAShutdown() {
		TestServer server = start(Transport.H1);
		try (WebSocketConnection management = Transport.H1.connect(managementPort(server))) {
			WebSocketStream socket = management.open("/mapped");
			socket.sendText("open");
			assertThat(socket.awaitText()).isEqualTo("open");
			server.close();
			assertThat(socket.awaitClose().code()).isEqualTo(1001);
		}
		finally {
			server.close();
		}
	}

	static Stream<Arguments> foreignDoors() {
		return Stream.of(Transport.H1, Transport.H1_TLS)
			.flatMap((transport) -> Stream.of("/web-handler", "/routed", "/filtered")
				.map((path) -> Arguments.of(transport, path)));
	}

	@ParameterizedTest
	@MethodSource("foreignDoors")
	void upgradesByOthersAreGuardedOnTheManagementPort(Transport transport, String path) {
		try (TestServer server = start(transport, "websocket.http2.allowed-origins=https://app.example")) {
			int port = managementPort(server);
			String own = ((transport.isTls()) ? "https" : "http") + "://localhost:" + port;
			for (String origin : List.of("https://evil.example", "null", own + ".evil.example")) {
				assertThat(handshake(transport, port, path, "origin", origin)).as(origin).isEqualTo(403);
			}
			for (String origin : List.of(own, "https://app.example")) {
				try (WebSocketConnection management = transport.connect(port)) {
					assertEchoes(management.open(path, "origin", origin));
				}
			}
			try (WebSocketConnection management = transport.connect(port)) {
				assertEchoes(management.open(path));
			}
		}
	}

	/**
	 * A rule without credentials counts for what it names, which takes the exchange to
	 * see.
	 */
	@ParameterizedTest
	@EnumSource(names = { "H1", "H1_TLS" })
	void corsRulesCountForUpgradesByOthersOnTheManagementPort(Transport transport) {
		try (TestServer server = start(transport)) {
			int port = managementPort(server);
			assertThat(handshake(transport, port, "/cors", "origin", "https://named.example")).isEqualTo(101);
			assertThat(handshake(transport, port, "/web-handler", "origin", "https://named.example")).isEqualTo(403);
		}
	}

	@ParameterizedTest
	@MethodSource("foreignDoors")
	void upgradesByOthersOnTheManagementPortAreToldOfAShutdown(Transport transport, String path) {
		TestServer server = start(transport);
		try (WebSocketConnection management = transport.connect(managementPort(server))) {
			WebSocketStream socket = management.open(path);
			assertEchoes(socket);
			server.close();
			assertThat(socket.awaitClose().code()).isEqualTo(1001);
		}
		finally {
			server.close();
		}
	}

	/**
	 * Where it has been switched on explicitly. The setting is not advertised.
	 */
	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void webSocketsOnTheManagementPortAreNotServedOverHttp2(Transport transport) {
		try (TestServer server = start(transport, "server.http2.enabled=true");
				Http2Client management = (transport.isTls()) ? Http2Client.connectTls(managementPort(server))
						: Http2Client.connect(managementPort(server))) {
			assertThat(management.serverSettings().get((char) 8)).isIn(null, 0L);
			for (String path : new String[] { "/mapped", "/annotated", "/actuator", "/web-handler", "/filtered" }) {
				Http2Stream stream = management.open(management.webSocket(path), false);
				assertThat(stream.awaitHeaders().status()).hasToString("405");
				stream.endStream();
			}
			assertThat(management.open(management.get("/actuator"), true).awaitHeaders().status()).hasToString("200");
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H1", "H2C" })
	void whenManagementHasThePortOfTheServerThenNothingChanges(Transport transport) {
		try (TestServer server = TestServer.start(transport, Application.class);
				WebSocketConnection first = server.connect();
				WebSocketConnection second = server.connect();
				WebSocketConnection third = server.connect()) {
			first.open("/annotated");
			second.open("/mapped");
			assertThat(third.handshake("/mapped", EVIL)).isEqualTo(403);
		}
	}

	/**
	 * One that brings along what Boot leaves to the parent.
	 */
	@ParameterizedTest
	@EnumSource(names = { "H1", "H2C" })
	void childContextMapsItsOwnHandlers(Transport transport) {
		try (TestServer parent = TestServer.start(transport, Application.class)) {
			try (ReactiveWebServerApplicationContext child = startChild(parent)) {
				int port = child.getWebServer().getPort();
				assertThat(handshake(transport, port, "/annotated")).isEqualTo(404);
				assertThat(handshake(transport, port, "/mapped", EVIL)).isEqualTo(403);
				assertThat(handshake(transport, parent.port(), "/child")).isEqualTo(404);
				try (WebSocketConnection first = transport.connect(port);
						WebSocketConnection second = transport.connect(port)) {
					first.open("/child");
					second.open("/mapped");
					awaitSessions(parent, 2);
				}
			}
			try (WebSocketConnection connection = parent.connect()) {
				connection.open("/annotated");
			}
		}
	}

	private static ReactiveWebServerApplicationContext startChild(TestServer parent) {
		return (ReactiveWebServerApplicationContext) new SpringApplicationBuilder(Child.class).parent(parent.context())
			.properties("spring.main.banner-mode=off", "spring.main.web-application-type=reactive")
			.run("--server.port=0", "--spring.autoconfigure.exclude="
					+ parent.context().getEnvironment().getProperty("spring.autoconfigure.exclude"));
	}

	private static TestServer start(Transport transport, String... properties) {
		List<String> all = new ArrayList<>(List.of("management.server.port=0", "server.shutdown=immediate"));
		if (transport.isTls()) {
			List.of(TestTls.properties()).forEach((property) -> all.add("management." + property));
		}
		all.addAll(List.of(properties));
		return TestServer.start(transport, Application.class, all.toArray(String[]::new));
	}

	/**
	 * A client may have its answer before the session is entered.
	 */
	private static void awaitSessions(TestServer server, int count) {
		await().untilAsserted(() -> assertThat(server.bean(WebSocketSessions.class).getCount()).isEqualTo(count));
	}

	private static int managementPort(TestServer server) {
		return server.context().getEnvironment().getRequiredProperty("local.management.port", Integer.class);
	}

	private static int handshake(Transport transport, int port, String path, String... headers) {
		try (WebSocketConnection connection = transport.connect(port)) {
			return connection.handshake(path, headers);
		}
	}

	private static void assertEchoes(WebSocketStream socket) {
		socket.sendText("hello");
		assertThat(socket.awaitText()).isEqualTo("hello");
	}

	private static WebSocketHandler echo() {
		return (session) -> session.send(session.receive().doOnNext(WebSocketMessage::retain));
	}

	@Configuration(proxyBeanMethods = false)
	static class Application {

		private final WebSocketService service = new HandshakeWebSocketService(
				new ReactorNettyRequestUpgradeStrategy());

		@Bean
		@WebSocketMapping("/annotated")
		WebSocketHandler annotated() {
			return echo();
		}

		@Bean
		HandlerMapping mapping() {
			return new SimpleUrlHandlerMapping(Map.of("/mapped", echo()), -1);
		}

		@Bean
		HandlerMapping webHandlers() {
			WebHandler handler = (exchange) -> this.service.handleRequest(exchange, echo());
			SimpleUrlHandlerMapping mapping = new SimpleUrlHandlerMapping(
					Map.of("/web-handler", handler, "/cors", handler), -1);
			CorsConfiguration rules = new CorsConfiguration();
			rules.addAllowedOrigin("https://named.example");
			mapping.setCorsConfigurations(Map.of("/cors", rules));
			return mapping;
		}

		@Bean
		RouterFunction<ServerResponse> routes() {
			return RouterFunctions.route()
				.GET("/routed", (request) -> this.service.handleRequest(request.exchange(), echo()).then(Mono.empty()))
				.build();
		}

		@Bean
		WebFilter webFilter() {
			return (exchange, chain) -> (exchange.getRequest().getPath().value().equals("/filtered"))
					? this.service.handleRequest(exchange, echo()) : chain.filter(exchange);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableWebFlux
	static class Child {

		@Bean
		NettyReactiveWebServerFactory webServerFactory() {
			return new NettyReactiveWebServerFactory();
		}

		@Bean
		HttpHandler httpHandler(ApplicationContext context) {
			return WebHttpHandlerBuilder.applicationContext(context).build();
		}

		@Bean
		@WebSocketMapping("/child")
		WebSocketHandler child() {
			return echo();
		}

	}

}
