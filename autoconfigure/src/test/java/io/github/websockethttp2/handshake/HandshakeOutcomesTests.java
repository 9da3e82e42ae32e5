package io.github.websockethttp2.handshake;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import ch.qos.logback.classic.Level;
import io.github.websockethttp2.server.WebSocketMapping;
import io.github.websockethttp2.session.SessionRegistry;
import io.github.websockethttp2.testsupport.LogCapture;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;

import org.springframework.boot.reactor.netty.NettyRouteProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.http.server.reactive.MockServerHttpResponse;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.server.support.HandshakeWebSocketService;
import org.springframework.web.reactive.socket.server.upgrade.ReactorNettyRequestUpgradeStrategy;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebHandler;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How handshakes end, as their listeners are told, whoever ends them.
 */
class HandshakeOutcomesTests {

	private static final String EVIL = "https://evil.example";

	@RegisterExtension
	static final TestServers servers = new TestServers(Application.class,
			"websocket.http2.max-sessions-per-connection=1", "websocket.http2.max-sessions=1",
			"websocket.http2.handshake-timeout=300ms");

	@BeforeEach
	void forgetEarlierOnes() {
		servers.awaitNoSessions();
		Recorder.outcomes.clear();
	}

	@ParameterizedTest
	@EnumSource
	void acceptedWithItsPattern(Transport transport) throws Exception {
		try (WebSocketConnection connection = servers.connect(transport)) {
			connection.open("/rooms/blue");
			assertThat(next()).isEqualTo("accepted " + protocol(transport) + " /rooms/{room}");
		}
	}

	@ParameterizedTest
	@EnumSource
	void originThatOwnPolicyRefuses(Transport transport) throws Exception {
		assertRefusal(transport, "/rooms/blue", "/rooms/{room} origin 403", "origin", EVIL);
	}

	@ParameterizedTest
	@EnumSource
	void originThatRulesOfAMappingRefuse(Transport transport) throws Exception {
		assertRefusal(transport, "/cors", "/cors origin 403", "origin", EVIL);
	}

	@ParameterizedTest
	@EnumSource
	void policyThatRefuses(Transport transport) throws Exception {
		assertRefusal(transport, "/rooms/full", "/rooms/{room} policy 409");
	}

	@ParameterizedTest
	@EnumSource
	void policyThatFails(Transport transport) throws Exception {
		assertRefusal(transport, "/rooms/error", "/rooms/{room} error 500");
	}

	@ParameterizedTest
	@EnumSource
	void noPlaceForAnother(Transport transport) throws Exception {
		try (WebSocketConnection connection = servers.connect(transport)) {
			connection.open("/rooms/blue");
			assertThat(next()).startsWith("accepted");
			assertRefusal(transport, "/rooms/blue", "/rooms/{room} budget 503");
		}
	}

	@ParameterizedTest
	@EnumSource
	void shutdown(Transport transport) throws Exception {
		SessionRegistry sessions = servers.server(transport).bean(SessionRegistry.class);
		sessions.startDraining();
		try {
			assertRefusal(transport, "/rooms/blue", "/rooms/{room} draining 503");
		}
		finally {
			sessions.endDraining();
		}
	}

	@ParameterizedTest
	@EnumSource
	void notDecidedInTime(Transport transport) throws Exception {
		assertRefusal(transport, "/rooms/never", "/rooms/{room} timeout 503");
	}

	@ParameterizedTest
	@EnumSource
	void otherVersion(Transport transport) throws Exception {
		assertRefusal(transport, "/rooms/blue", "/rooms/{room} version 426", "sec-websocket-version", "8");
	}

	@ParameterizedTest
	@EnumSource(names = { "H1", "H1_TLS" })
	void malformedKey(Transport transport) throws Exception {
		assertRefusal(transport, "/rooms/blue", "/rooms/{room} malformed 400", "sec-websocket-key", "short");
	}

	@ParameterizedTest
	@EnumSource
	void filterThatForbids(Transport transport) throws Exception {
		assertRefusal(transport, "/forbidden", " security 401");
	}

	@ParameterizedTest
	@EnumSource
	void nothingIsMapped(Transport transport) throws Exception {
		assertRefusal(transport, "/nowhere", "/** routing 404");
	}

	@ParameterizedTest
	@EnumSource
	void controllerAnswers(Transport transport) throws Exception {
		assertRefusal(transport, "/page/1", "/page/{id} routing " + ((transport.isHttp2()) ? 404 : 200));
	}

	@ParameterizedTest
	@EnumSource
	void controllerFails(Transport transport) throws Exception {
		assertRefusal(transport, "/page/failure", "/page/{id} error 500");
	}

	@ParameterizedTest
	@EnumSource
	void upgradesByOthersWithinWebFlux(Transport transport) throws Exception {
		try (WebSocketConnection connection = servers.connect(transport)) {
			connection.open("/web-handler");
			assertThat(next()).isEqualTo("accepted " + protocol(transport) + " /web-handler");
		}
		assertRefusal(transport, "/web-handler", "/web-handler origin 403", "origin", EVIL);
	}

	@ParameterizedTest
	@EnumSource
	void upgradesByOthersOutsideOfWebFlux(Transport transport) throws Exception {
		try (WebSocketConnection connection = servers.connect(transport)) {
			connection.open("/route");
			assertThat(next()).isEqualTo("accepted " + protocol(transport) + " ");
		}
		assertRefusal(transport, "/route", " origin 403", "origin", EVIL);
	}

	@ParameterizedTest
	@EnumSource
	void ordinaryRequestsAreNoHandshakes(Transport transport) throws Exception {
		try (WebSocketConnection connection = servers.connect(transport)) {
			assertThat(connection.request("GET", "/page/1").status()).isEqualTo(200);
		}
		assertRefusal(transport, "/rooms/full", "/rooms/{room} policy 409");
	}

	@Test
	void handshakeIsNotTouchedIfNobodyListens() {
		HandshakeOutcomes outcomes = new HandshakeOutcomes();
		List<ServerHttpResponse> seen = new ArrayList<>();
		ObservedHandshakes handler = new ObservedHandshakes(
				(request, response) -> Mono.fromRunnable(() -> seen.add(response)), outcomes,
				(request) -> Handshake.HTTP_1_1);
		ServerHttpRequest request = MockServerHttpRequest.get("/").header("upgrade", "websocket").build();
		MockServerHttpResponse response = new MockServerHttpResponse();
		handler.handle(request, response).block(Waiting.TIMEOUT);
		HandshakeListener listener = new Recorder();
		outcomes.addListener(listener);
		handler.handle(request, response).block(Waiting.TIMEOUT);
		outcomes.removeListener(listener);
		handler.handle(request, response).block(Waiting.TIMEOUT);
		assertThat(seen).hasSize(3);
		assertThat(seen.get(0)).isSameAs(response);
		assertThat(seen.get(1)).isInstanceOf(ObservedHandshake.class);
		assertThat(seen.get(2)).isSameAs(response);
	}

	@Test
	void listenerThatThrowsHurtsNobodyAndIsLoggedOnce() {
		HandshakeOutcomes outcomes = new HandshakeOutcomes();
		Recorder recorder = new Recorder();
		outcomes.addListener(new HandshakeListener() {

			@Override
			public void accepted(Handshake handshake) {
				throw new NoClassDefFoundError("As ordered");
			}

			@Override
			public void refused(Handshake handshake, HandshakeRefusal refusal) {
				throw new IllegalStateException("As ordered");
			}

		});
		outcomes.addListener(recorder);
		Handshake handshake = new Handshake(Handshake.HTTP_2, "/a", HttpHeaders.EMPTY);
		try (LogCapture log = LogCapture.start()) {
			for (int i = 0; i < 10; i++) {
				outcomes.accepted(handshake);
				outcomes.refused(handshake, new HandshakeRefusal(RefusalReason.ERROR, 500));
			}
			assertThat(log.events()).filteredOn((event) -> event.getLevel() == Level.WARN).hasSize(1);
		}
		assertThat(Recorder.outcomes).hasSize(20);
	}

	private static void assertRefusal(Transport transport, String path, String expected, String... headers)
			throws Exception {
		String[] parts = expected.split(" ");
		try (WebSocketConnection connection = servers.connect(transport)) {
			assertThat(connection.handshake(path, headers)).hasToString(parts[parts.length - 1]);
			assertThat(next()).isEqualTo("refused " + protocol(transport) + " " + expected);
		}
		assertThat(Recorder.outcomes).isEmpty();
	}

	private static String next() throws InterruptedException {
		return Recorder.outcomes.poll(Waiting.TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
	}

	private static String protocol(Transport transport) {
		return transport.httpVersion();
	}

	static final class Recorder implements HandshakeListener {

		static final BlockingQueue<String> outcomes = new LinkedBlockingQueue<>();

		@Override
		public void accepted(Handshake handshake) {
			outcomes.add("accepted " + handshake.protocol() + " " + handshake.pathPattern());
		}

		@Override
		public void refused(Handshake handshake, HandshakeRefusal refusal) {
			outcomes.add("refused " + handshake.protocol() + " " + handshake.pathPattern() + " " + refusal.reason()
					+ " " + refusal.status());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Page.class)
	static class Handlers {

		@Bean
		@WebSocketMapping("/rooms/{room}")
		WebSocketHandler room() {
			return (session) -> session.receive().then();
		}

		@Bean
		HandshakePolicy policy() {
			return (exchange) -> switch (exchange.getRequest().getPath().value()) {
				case "/rooms/full" -> Mono.just(HandshakeDecision.refuse(HttpStatus.CONFLICT, "as ordered"));
				case "/rooms/error" -> Mono.error(new IllegalStateException("as ordered"));
				case "/rooms/never" -> Mono.never();
				default -> Mono.empty();
			};
		}

		@Bean
		HandlerMapping cors() {
			CorsConfiguration rules = new CorsConfiguration();
			rules.addAllowedOrigin("https://named.example");
			SimpleUrlHandlerMapping mapping = new SimpleUrlHandlerMapping(Map.of("/cors", room()), -1);
			mapping.setCorsConfigurations(Map.of("/cors", rules));
			return mapping;
		}

		@Bean
		HandlerMapping webHandlers() {
			HandshakeWebSocketService service = new HandshakeWebSocketService(new ReactorNettyRequestUpgradeStrategy());
			WebHandler handler = (exchange) -> service.handleRequest(exchange, room());
			return new SimpleUrlHandlerMapping(Map.of("/web-handler", handler), -1);
		}

		@Bean
		NettyRouteProvider routes() {
			return (routes) -> routes.ws("/route", (in, out) -> out.sendString(in.receive().asString()));
		}

		@Bean
		WebFilter filter() {
			return (exchange, chain) -> {
				if (!exchange.getRequest().getPath().value().equals("/forbidden")) {
					return chain.filter(exchange);
				}
				exchange.getResponse().setStatusCode(HttpStatus.UNAUTHORIZED);
				return Mono.delay(Duration.ofMillis(1)).then(exchange.getResponse().setComplete());
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Handlers.class)
	static class Application {

		@Bean
		Recorder recorder(HandshakeOutcomes outcomes) {
			Recorder recorder = new Recorder();
			outcomes.addListener(recorder);
			return recorder;
		}

	}

	@RestController
	static class Page {

		@GetMapping("/page/{id}")
		Mono<String> page(@PathVariable String id) {
			return (id.equals("failure")) ? Mono.error(new IllegalStateException("as ordered")) : Mono.just("page");
		}

	}

}
