package io.github.websockethttp2.handshake;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
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
 * Filters of an application, such as those of a gateway's route, change what the
 * handshake looks like. What the client sent decides.
 */
class ReceivedRequestTests {

	private static final String EVIL = "https://evil.example";

	@RegisterExtension
	static final TestServers servers = new TestServers(Application.class);

	static Stream<Arguments> doors() {
		return Stream.of(Transport.values())
			.flatMap((transport) -> Stream.of("/ws", "/web-handler").map((path) -> Arguments.of(transport, path)));
	}

	@ParameterizedTest
	@MethodSource("doors")
	void originThatAFilterTakesAwayOrReplacesStillCounts(Transport transport, String path) {
		for (String filter : List.of("none", "no-origin", "own-origin")) {
			assertThat(handshake(transport, path, filter, "origin", EVIL)).as(filter).isEqualTo(403);
		}
		for (String filter : List.of("none", "no-origin", "own-origin", "evil-origin")) {
			assertThat(handshake(transport, path, filter, "origin", own(transport))).as(filter)
				.isEqualTo(accepted(transport));
		}
		assertThat(handshake(transport, path, "evil-origin")).isEqualTo(accepted(transport));
	}

	@ParameterizedTest
	@MethodSource("doors")
	void hostIsTheOneThatTheClientAskedFor(Transport transport, String path) {
		String field = (transport.isHttp2()) ? ":authority" : "host";
		String origin = scheme(transport) + "my_app:8080";
		for (String filter : List.of("none", "other-host")) {
			assertThat(handshake(transport, path, filter, field, "my_app:8080", "origin", origin)).as(filter)
				.isEqualTo(accepted(transport));
			assertThat(handshake(transport, path, filter, field, "my_app:8080", "origin", EVIL)).as(filter)
				.isEqualTo(403);
		}
	}

	@ParameterizedTest
	@MethodSource("doors")
	void whatProxiesSayCountsThoughAFilterTakesItAway(Transport transport, String path) {
		String[] headers = { "x-forwarded-host", "app.example", "x-forwarded-proto", "https", "origin",
				"https://app.example" };
		for (String filter : List.of("none", "no-forwarded")) {
			assertThat(handshake(transport, path, filter, headers)).as(filter).isEqualTo(accepted(transport));
		}
	}

	@ParameterizedTest
	@EnumSource
	void whatAFilterSaysOfTheServersPlaceCountsToo(Transport transport) {
		for (String filter : List.of("forwarded", "other-uri")) {
			assertThat(handshake(transport, "/ws", filter, "origin", "https://app.example")).as(filter)
				.isEqualTo(accepted(transport));
			assertThat(handshake(transport, "/ws", filter, "origin", EVIL)).as(filter).isEqualTo(403);
		}
	}

	@ParameterizedTest
	@EnumSource
	void policiesCanSeeWhatWasReceived(Transport transport) {
		Application.seen.clear();
		assertThat(handshake(transport, "/ws", "no-origin", "origin", own(transport))).isEqualTo(accepted(transport));
		assertThat(Application.seen).containsExactly("null, received " + own(transport));
	}

	/**
	 * In cleartext Netty itself waits for the body, or refuses it, in case there is an
	 * upgrade to HTTP/2.
	 */
	@Test
	void bodyThatAFilterHidesIsNoBeginningOfFrames() {
		assertThat(handshake(Transport.H1_TLS, "/ws", "no-body", "content-length", "5")).isEqualTo(400);
		assertThat(handshake(Transport.H1_TLS, "/ws", "no-body", "transfer-encoding", "chunked")).isEqualTo(400);
	}

	@ParameterizedTest
	@EnumSource(names = { "H1", "H1_TLS" })
	void keyThatAFilterReplacesIsAnsweredAsItWasSent(Transport transport) {
		// The client checks the answer to its key
		assertThat(handshake(transport, "/ws", "other-key")).isEqualTo(101);
	}

	@Test
	void exchangeThatNoFilterHasSeenIsAsItWasReceived() {
		MockServerWebExchange exchange = MockServerWebExchange
			.from(MockServerHttpRequest.get("http://host.example/ws").header("Origin", EVIL));
		assertThat(ReceivedRequest.of(exchange)).isSameAs(exchange.getRequest());
	}

	private static int handshake(Transport transport, String path, String filter, String... headers) {
		try (WebSocketConnection connection = servers.connect(transport)) {
			return connection.handshake(path + "?" + filter, headers);
		}
	}

	private static int accepted(Transport transport) {
		return (transport.isHttp2()) ? 200 : 101;
	}

	private static String own(Transport transport) {
		return scheme(transport) + "localhost:" + servers.server(transport).port();
	}

	private static String scheme(Transport transport) {
		return (transport.isTls()) ? "https://" : "http://";
	}

	@Configuration(proxyBeanMethods = false)
	static class Application {

		static final Queue<String> seen = new ConcurrentLinkedQueue<>();

		private static final WebSocketHandler HANDLER = (session) -> session.receive().then();

		private final WebSocketService service = new HandshakeWebSocketService(
				new ReactorNettyRequestUpgradeStrategy());

		/**
		 * As early as a filter can be.
		 */
		@Bean
		@Order(Ordered.HIGHEST_PRECEDENCE)
		WebFilter mutatingFilter() {
			return (exchange, chain) -> {
				String authority = exchange.getRequest().getHeaders().getFirst(HttpHeaders.HOST);
				String own = exchange.getRequest().getURI().getScheme() + "://" + authority;
				Consumer<HttpHeaders> change = switch (String.valueOf(exchange.getRequest().getURI().getQuery())) {
					case "no-origin" -> (headers) -> headers.remove(HttpHeaders.ORIGIN);
					case "own-origin" -> (headers) -> headers.setOrigin(own);
					case "evil-origin" -> (headers) -> headers.setOrigin(EVIL);
					case "other-host" -> (headers) -> headers.set(HttpHeaders.HOST, "evil.example");
					case "no-forwarded" -> (headers) -> headers.headerNames()
						.stream()
						.filter((name) -> name.toLowerCase(Locale.ROOT).startsWith("x-forwarded"))
						.toList()
						.forEach(headers::remove);
					case "forwarded" -> (headers) -> {
						headers.set("X-Forwarded-Host", "app.example");
						headers.set("X-Forwarded-Proto", "https");
					};
					case "no-body" -> (headers) -> {
						headers.remove(HttpHeaders.CONTENT_LENGTH);
						headers.remove(HttpHeaders.TRANSFER_ENCODING);
					};
					case "other-key" -> (headers) -> headers.set("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA==");
					default -> (headers) -> {
					};
				};
				return chain.filter(exchange.mutate().request((request) -> {
					request.headers(change);
					if ("other-uri".equals(exchange.getRequest().getURI().getQuery())) {
						request.uri(URI.create("https://app.example/ws"));
					}
				}).build());
			};
		}

		@Bean
		HandshakePolicy seeingPolicy() {
			return (exchange) -> Mono.fromRunnable(() -> seen.add(exchange.getRequest().getHeaders().getOrigin()
					+ ", received " + ReceivedRequest.of(exchange).getHeaders().getOrigin()));
		}

		@Bean
		HandlerMapping mapping() {
			WebHandler upgrading = (exchange) -> this.service.handleRequest(exchange, HANDLER);
			return new SimpleUrlHandlerMapping(Map.of("/ws", HANDLER, "/web-handler", upgrading), -1);
		}

	}

}
