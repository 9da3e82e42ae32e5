package io.github.websockethttp2.server;

import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketConnection.Head;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.ResponseCookie;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.reactive.socket.HandshakeInfo;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.server.support.WebSocketUpgradeHandlerPredicate;
import org.springframework.web.server.WebFilter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The application sees one handshake, whichever transport it came by.
 */
class OneHandshakeTests {

	@RegisterExtension
	static final TestServers servers = new TestServers(Application.class);

	@ParameterizedTest
	@EnumSource
	void filterSeesTheGetOfRfc6455(Transport transport) {
		try (WebSocketConnection connection = servers.connect(transport)) {
			connection.open("/info/a%20b?x=1", "x-mine", "a").awaitText();
			ServerHttpRequest request = Waiting.take(Application.REQUESTS);
			assertThat(request.getMethod()).isEqualTo(HttpMethod.GET);
			assertThat(request.getPath().value()).isEqualTo("/info/a%20b");
			assertThat(request.getURI().getRawQuery()).isEqualTo("x=1");
			// Netty adds a length of 0 over HTTP/1.1 where it knows HTTP/2 in cleartext
			// as well
			assertThat(request.getHeaders().headerNames()).map((name) -> name.toLowerCase(Locale.ROOT))
				.filteredOn((name) -> !name.equals("content-length"))
				.containsExactlyInAnyOrder("host", "upgrade", "connection", "sec-websocket-key",
						"sec-websocket-version", "x-mine");
			assertThat(request.getHeaders().getUpgrade()).isEqualTo("websocket");
			assertThat(request.getHeaders().getConnection()).containsExactly("Upgrade");
			Waiting.take(Application.INFOS);
		}
	}

	@ParameterizedTest
	@EnumSource
	void handshakeInfoShowsWhatTheClientSent(Transport transport) {
		try (WebSocketConnection connection = servers.connect(transport)) {
			connection.open("/info/here?x=1&x=%C3%A9", "cookie", "c=1; d=2", "x-mine", "a").awaitText();
			Waiting.take(Application.REQUESTS);
			HandshakeInfo info = Waiting.take(Application.INFOS);
			int port = servers.server(transport).port();
			assertThat(info.getUri()).isEqualTo(URI
				.create(((transport.isTls()) ? "https" : "http") + "://localhost:" + port + "/info/here?x=1&x=%C3%A9"));
			assertThat(info.getCookies().toSingleValueMap().values()).map(Object::toString)
				.containsExactlyInAnyOrder("c=1", "d=2");
			assertThat(info.getRemoteAddress()).isNotNull();
			assertThat(info.getRemoteAddress().getAddress().isLoopbackAddress()).isTrue();
			assertThat(info.getRemoteAddress()).extracting(InetSocketAddress::getPort)
				.isEqualTo(connection.localPort());
			assertThat(info.getHeaders().getHost()).isEqualTo(InetSocketAddress.createUnresolved("localhost", port));
			assertThat(info.getHeaders().headerNames()).map((name) -> name.toLowerCase(Locale.ROOT))
				.filteredOn((name) -> !Application.HTTP1_HEADERS.contains(name))
				.containsExactlyInAnyOrder("host", "cookie", "sec-websocket-version", "x-mine");
		}
	}

	/**
	 * As long as tokens and the cookies of a browser are, and as a path may be.
	 */
	@ParameterizedTest
	@EnumSource
	void handshakeInfoShowsLongAndEmptyValues(Transport transport) {
		try (WebSocketConnection connection = servers.connect(transport)) {
			String token = "t".repeat(1_000);
			String path = "/info/long?token=" + token;
			connection.open(path, "authorization", "Bearer " + token, "cookie", "c=" + token + "; d=", "x-empty", "")
				.awaitText();
			Waiting.take(Application.REQUESTS);
			HandshakeInfo info = Waiting.take(Application.INFOS);
			assertThat(info.getUri().toString()).endsWith(path);
			assertThat(info).asString().contains(path);
			assertThat(info.getHeaders().getFirst("Authorization")).isEqualTo("Bearer " + token);
			assertThat(info.getHeaders().get("x-empty")).containsExactly("");
			assertThat(info.getCookies().toSingleValueMap().get("c").getValue()).isEqualTo(token);
			assertThat(info.getCookies().toSingleValueMap().get("d").getValue()).isEmpty();
		}
	}

	@ParameterizedTest
	@EnumSource
	void headersThatFiltersSetReachTheClient(Transport transport) {
		try (WebSocketConnection connection = servers.connect(transport)) {
			Head head = connection.tryOpen("/echo");
			assertThat(head.status()).isEqualTo((transport.isHttp2()) ? 200 : 101);
			assertThat(head.header("x-set-at-once")).isEqualTo("a");
			assertThat(head.header("x-set-before-commit")).isEqualTo("/echo");
			assertThat(head.header("set-cookie")).isEqualTo("s=1; Path=/; HTTPOnly");
		}
	}

	@ParameterizedTest
	@EnumSource
	void predicateLetsHandshakesPassAndLeavesTheRestToOthers(Transport transport) {
		try (WebSocketConnection connection = servers.connect(transport)) {
			assertThat(connection.request("GET", "/predicate").header("x-controller")).isEqualTo("yes");
		}
		try (WebSocketConnection connection = servers.connect(transport)) {
			assertThat(connection.open("/predicate").awaitText()).isEqualTo("hello");
		}
	}

	@ParameterizedTest
	@EnumSource
	void observationNamesTheGetAndThePattern(Transport transport) {
		MeterRegistry meters = servers.server(transport).bean(MeterRegistry.class);
		String[] tags = { "method", "GET", "uri", "/observed/{name}", "status", (transport.isHttp2()) ? "200" : "101" };
		long before = count(meters, tags);
		try (WebSocketConnection connection = servers.connect(transport)) {
			connection.open("/observed/a").awaitText();
			// While the session is open: what is observed is the handshake
			await().untilAsserted(() -> assertThat(count(meters, tags)).isEqualTo(before + 1));
			assertThat(meters.find("http.server.requests").tag("method", "CONNECT").timer()).isNull();
			assertThat(meters.find("http.server.requests").tag("method", "UNKNOWN").timer()).isNull();
		}
	}

	private static long count(MeterRegistry meters, String... tags) {
		Timer timer = meters.find("http.server.requests").tags(tags).timer();
		return (timer != null) ? timer.count() : 0;
	}

	@Configuration(proxyBeanMethods = false)
	@Import(PredicateController.class)
	static class Application {

		static final Set<String> HTTP1_HEADERS = Set.of("upgrade", "connection", "sec-websocket-key");

		static final BlockingQueue<ServerHttpRequest> REQUESTS = new LinkedBlockingQueue<>();

		static final BlockingQueue<HandshakeInfo> INFOS = new LinkedBlockingQueue<>();

		@Bean
		WebFilter seeing() {
			return (exchange, chain) -> {
				if (exchange.getRequest().getPath().value().startsWith("/info")) {
					REQUESTS.add(exchange.getRequest());
				}
				return chain.filter(exchange);
			};
		}

		@Bean
		WebFilter setting() {
			return (exchange, chain) -> {
				HttpHeaders headers = exchange.getResponse().getHeaders();
				headers.set("x-set-at-once", "a");
				exchange.getResponse().addCookie(ResponseCookie.from("s", "1").path("/").httpOnly(true).build());
				exchange.getResponse()
					.beforeCommit(() -> Mono.fromRunnable(
							() -> headers.set("x-set-before-commit", exchange.getRequest().getPath().value())));
				return chain.filter(exchange);
			};
		}

		@Bean
		@WebSocketMapping("/info/{*rest}")
		WebSocketHandler info() {
			return (session) -> {
				INFOS.add(session.getHandshakeInfo());
				return hello().handle(session);
			};
		}

		@Bean
		@WebSocketMapping({ "/echo", "/observed/{name}" })
		WebSocketHandler hello() {
			return (session) -> session.send(Mono.just(session.textMessage("hello"))).and(session.receive());
		}

		@Bean
		HandlerMapping predicateMapping() {
			SimpleUrlHandlerMapping mapping = new SimpleUrlHandlerMapping(Map.of("/predicate", hello()), -1);
			mapping.setHandlerPredicate(new WebSocketUpgradeHandlerPredicate());
			return mapping;
		}

	}

	@RestController
	static class PredicateController {

		@GetMapping("/predicate")
		ResponseEntity<String> get() {
			return ResponseEntity.ok().header("x-controller", "yes").body("page");
		}

	}

}
