package io.github.websockethttp2.handshake;

import java.util.List;
import java.util.Map;

import ch.qos.logback.classic.Level;
import io.github.websockethttp2.testsupport.LogCapture;
import io.github.websockethttp2.testsupport.TestServer;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.server.adapter.ForwardedHeaderTransformer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * From which origins browsers may open WebSockets.
 */
class SameOriginPolicyTests {

	private static final SameOriginPolicy SAME_ORIGIN = new SameOriginPolicy(List.of(), List.of());

	@RegisterExtension
	static final TestServers servers = new TestServers(Application.class,
			"websocket.http2.allowed-origins=https://app.example",
			"websocket.http2.allowed-origin-patterns=https://*.pattern.example");

	@Test
	void firstRefusalIsAWarningThatSaysWhatToDo() {
		SameOriginPolicy policy = new SameOriginPolicy(List.of(), List.of());
		try (LogCapture log = LogCapture.start(SameOriginPolicy.class.getName(), Level.WARN)) {
			assertThat(isAccepted(policy, "http://10.0.0.5:8080/ws", "https://app.example.com")).isFalse();
			assertThat(isAccepted(policy, "http://10.0.0.5:8080/ws", "https://evil.example")).isFalse();
			assertThat(log.messages()).singleElement()
				.asString()
				.contains("\"https://app.example.com\"", "\"http://10.0.0.5:8080\"", "X-Forwarded-Host",
						"websocket.http2.allowed-origins");
		}
	}

	@Test
	void warningIsOneLineWhateverTheClientSends() {
		SameOriginPolicy policy = new SameOriginPolicy(List.of(), List.of());
		try (LogCapture log = LogCapture.start(SameOriginPolicy.class.getName(), Level.WARN)) {
			assertThat(isAccepted(policy, "http://host.example/ws", "a\nb\u001b[1m" + "x".repeat(5000))).isFalse();
			assertThat(log.messages()).singleElement().asString().doesNotContain("\n", "\u001b").hasSizeLessThan(1000);
		}
	}

	@ParameterizedTest
	@CsvSource({ "http://host.example/ws, http://host.example", "http://host.example:80/ws, http://host.example",
			"http://host.example/ws, http://host.example:80", "https://host.example/ws, https://host.example",
			"https://host.example:443/ws, https://host.example", "https://host.example/ws, https://host.example:443",
			"http://host.example:8080/ws, http://host.example:8080", "http://HOST.example/ws, http://host.Example",
			"http://host.example/ws, HTTP://HOST.EXAMPLE", "http://[::1]:8080/ws, http://[::1]:8080",
			"http://[2001:db8::A]/ws, http://[2001:DB8::a]", "https://[::1]/ws, https://[::1]:443",
			"http://[0:0:0:0:0:0:0:1]:8080/ws, http://[::1]:8080", "http://127.0.0.1:9/ws, http://127.0.0.1:9",
			"wss://host.example/ws, https://host.example", "http://my_app:8080/ws, http://my_app:8080",
			"http://my_app/ws, http://my_app", "http://my_app:80/ws, http://MY_APP",
			"http://my_app/ws, http://my_app:80", "https://a_b.example.com:443/ws, https://a_b.example.com",
			"http://-host-/ws, http://-host-", "http://host.example./ws, http://host.example.",
			"ws://my_app/ws, http://my_app" })
	void sameOriginIsAccepted(String request, String origin) {
		assertThat(isAccepted(SAME_ORIGIN, request, origin)).isTrue();
	}

	@ParameterizedTest
	@CsvSource({ "http://host.example/ws, https://host.example", "https://host.example/ws, http://host.example",
			"http://host.example/ws, http://host.example:8080", "http://host.example:443/ws, https://host.example",
			"http://host.example/ws, http://host.example.evil.example", "http://host.example/ws, http://evil.example",
			"http://host.example/ws, http://sub.host.example", "http://host.example/ws, http://host.example.",
			"http://[::1]/ws, http://[::2]", "http://localhost/ws, http://127.0.0.1",
			"http://my_app:8080/ws, http://my_app", "http://my_app:8080/ws, https://my_app:8080",
			"http://my_app/ws, http://my_app.evil.example", "http://my_app/ws, http://a@my_app",
			"http://my_app/ws, http://my_app:80:80", "http://user@my_app/ws, http://user@my_app",
			"http://host.example:8080/ws, http://host.example:08080", "http://host.example/ws, http://host.example:" })
	void otherOriginIsRefused(String request, String origin) {
		assertThat(isAccepted(SAME_ORIGIN, request, origin)).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "null", "", " ", "host.example", "//host.example", "http:", "http://", "http:host.example",
			"http://host.example:port", "http://host.example:99999999999", "http://ho st.example", "%",
			"ftp://host.example", "chrome-extension://host.example", "file://host.example", "http://user@host.example",
			"http://host.example/path", "http://host.example?query", "http://host.example#fragment",
			"http://host.example, http://evil.example", "http://host.example http://evil.example", "http://null" })
	void garbageIsNobodysOwnOrigin(String origin) {
		assertThat(isAccepted(SAME_ORIGIN, "http://host.example/ws", origin)).isFalse();
	}

	@Test
	void nullIsNotTheOriginOfAHostOfThatName() {
		assertThat(isAccepted(SAME_ORIGIN, "http://null/ws", "null")).isFalse();
	}

	@Test
	void requestWithoutOriginIsAccepted() {
		assertThat(decide(SAME_ORIGIN, MockServerHttpRequest.get("http://host.example/ws").build()).isAccepted())
			.isTrue();
	}

	@Test
	void twoOriginsAreRefused() {
		assertThat(decide(SAME_ORIGIN,
				MockServerHttpRequest.get("http://host.example/ws")
					.header("Origin", "http://host.example", "http://host.example")
					.build())
			.isAccepted()).isFalse();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "X-Forwarded-Host: app.example | http://app.example | true",
			"X-Forwarded-Host: app.example;X-Forwarded-Proto: https | https://app.example | true",
			"X-Forwarded-Host: app.example;X-Forwarded-Proto: https;X-Forwarded-Port: 8443 | https://app.example:8443 | true",
			"X-Forwarded-Host: app.example:8443;X-Forwarded-Proto: https | https://app.example:8443 | true",
			"X-Forwarded-Proto: https | https://host.example | true",
			"X-Forwarded-Proto: https | http://host.example | true",
			"X-Forwarded-Host: app.example;X-Forwarded-Proto: https | https://evil.example | false",
			"X-Forwarded-Host: app.example;X-Forwarded-Proto: https | http://app.example | false",
			"X-Forwarded-Host: app.example, inner.example | http://app.example | true",
			"X-Forwarded-Host: my_app:8080 | http://my_app:8080 | true",
			"X-Forwarded-Host: a_b.example;X-Forwarded-Proto: https | https://a_b.example | true",
			"X-Forwarded-Host: a_b.example;X-Forwarded-Proto: wss | https://a_b.example | true",
			"X-Forwarded-Host: a_b.example;X-Forwarded-Proto: https | https://own.invalid | false",
			"X-Forwarded-Proto: https | https://own.invalid | false",
			"X-Forwarded-Host: user@app.example | http://user@app.example | false",
			"X-Forwarded-Host: app.example:80:80 | http://app.example:80:80 | false",
			"X-Forwarded-Host: , | http://host.example | true", "X-Forwarded-Proto: , | http://host.example | true",
			"X-Forwarded-Host: , | http://evil.example | false",
			"X-Forwarded-Port: garbage | http://host.example | true",
			"X-Forwarded-Port: garbage | http://evil.example | false",
			"X-Forwarded-Host: %%% | http://evil.example | false" })
	void proxyTellsTheOrigin(String headers, String origin, boolean accepted) {
		assertProxied(headers, origin, accepted);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "Forwarded: host=app.example/proto=https | https://app.example | true",
			"Forwarded: proto=https/host=\"app.example:8443\" | https://app.example:8443 | true",
			"Forwarded: host=app.example/proto=https | https://evil.example | false",
			"Forwarded: for=1.2.3.4 | http://host.example | true", "Forwarded: host=\"[::1]:80\" | http://[::1] | true",
			"Forwarded: host=\"my_app:8443\"/proto=https | https://my_app:8443 | true",
			"Forwarded: /// | http://evil.example | false" })
	void proxyTellsTheOriginByForwarded(String header, String origin, boolean accepted) {
		assertProxied(header.replace('/', ';').replace(";;;", "==="), origin, accepted, "\n");
	}

	@Test
	void listsAndPatternsAllowMore() {
		SameOriginPolicy policy = new SameOriginPolicy(List.of("https://app.example", "http://other.example:8080"),
				List.of("https://*.example.org", "https://dev.example:[8080,8443]"));
		for (String origin : List.of("https://app.example", "HTTPS://App.Example", "http://other.example:8080",
				"https://a.example.org", "https://a.b.example.org", "https://dev.example:8443",
				"http://host.example")) {
			assertThat(isAccepted(policy, "http://host.example/ws", origin)).as(origin).isTrue();
		}
		for (String origin : List.of("http://app.example", "https://app.example:8443", "http://other.example",
				"https://example.org.evil.example", "http://a.example.org", "https://dev.example:9999", "null")) {
			assertThat(isAccepted(policy, "http://host.example/ws", origin)).as(origin).isFalse();
		}
	}

	@Test
	void addressesAndOriginsAreAlikeInListsAndPatterns() {
		List<String> entries = List.of("http://[0:0:0:0:0:0:0:1]:8080", "https://[2001:0DB8::0]", "file://",
				"https://app.example:443");
		List<String> allowed = List.of("http://[::1]:8080", "https://[2001:db8::]", "file://", "https://app.example");
		for (SameOriginPolicy policy : List.of(new SameOriginPolicy(entries, List.of()),
				new SameOriginPolicy(List.of(), entries))) {
			for (String origin : allowed) {
				assertThat(isAccepted(policy, "http://host.example/ws", origin)).as(origin).isTrue();
			}
			for (String origin : List.of("http://[::1]", "https://[2001:db8::1]", "file://host", "null")) {
				assertThat(isAccepted(policy, "http://host.example/ws", origin)).as(origin).isFalse();
			}
		}
		SameOriginPolicy ports = new SameOriginPolicy(List.of(),
				List.of("http://[0:0:0:0:0:0:0:1]:[80,8080]", "http://[0:0:0:0:0:0:0:2]:*"));
		for (String origin : List.of("http://[::1]", "http://[::1]:8080", "http://[::2]:9090")) {
			assertThat(isAccepted(ports, "http://host.example/ws", origin)).as(origin).isTrue();
		}
		assertThat(isAccepted(ports, "http://host.example/ws", "http://[::1]:9090")).isFalse();
	}

	@ParameterizedTest
	@CsvSource({ "http://my_app/ws, X-Forwarded-Proto, https, https://my_app",
			"http://my_app:8080/ws, X-Forwarded-Port, 9090, http://my_app:9090",
			"http://my_app:8080/ws, Forwarded, proto=https, https://my_app" })
	void proxyOfAHostThatUriDoesNotKnow(String request, String header, String value, String origin) {
		assertThat(decide(SAME_ORIGIN,
				MockServerHttpRequest.get(request).header(header, value).header("Origin", origin).build())
			.isAccepted()).isTrue();
	}

	@ParameterizedTest
	@CsvSource({ "X-Forwarded-Proto, https, https://my_app", "X-Forwarded-Proto, https, https://my_app:443" })
	void hostThatIsLostToTheForwardedHeaderTransformerIsThatOfTheRequest(String header, String value, String origin) {
		ServerHttpRequest request = new ForwardedHeaderTransformer().apply(MockServerHttpRequest.get("http://my_app/ws")
			.header("Host", "my_app")
			.header(header, value)
			.header("Origin", origin)
			.build());
		MockServerWebExchange exchange = MockServerWebExchange.from(MockServerHttpRequest.get("http://unused/ws"));
		HandshakeDecision decision = SAME_ORIGIN.decide(exchange.mutate().request(request).build())
			.block(Waiting.TIMEOUT);
		assertThat(decision).isEqualTo(HandshakeDecision.accept());
	}

	@Test
	void listsAndPatternsAreOfAnyForm() {
		SameOriginPolicy policy = new SameOriginPolicy(
				List.of("HTTPS://App.Example:443", "http://other.example:80/", "chrome-extension://abc", "", "file://"),
				List.of("HTTPS://*.Example.ORG:443", "https://dev.example:[443,8443]", "*.anywhere.example",
						"http://[2001:db8::*]", "https*ends.example"));
		for (String origin : List.of("https://app.example", "http://other.example", "chrome-extension://abc", "file://",
				"https://a.example.org", "https://dev.example", "https://dev.example:8443", "ftp://a.anywhere.example",
				"http://[2001:db8::1]", "https://it.ends.example")) {
			assertThat(isAccepted(policy, "http://host.example/ws", origin)).as(origin).isTrue();
		}
		for (String origin : List.of("https://a.example.org:8443", "http://dev.example", "https://dev.example:80",
				"http://app.example", "null", "https://example.org", "garbage.anywhere.example")) {
			assertThat(isAccepted(policy, "http://host.example/ws", origin)).as(origin).isFalse();
		}
	}

	@Test
	void starAllowsAny() {
		for (SameOriginPolicy policy : List.of(new SameOriginPolicy(List.of("*"), List.of()),
				new SameOriginPolicy(List.of(), List.of("*")))) {
			for (String origin : List.of("https://evil.example", "null", "garbage")) {
				assertThat(isAccepted(policy, "http://host.example/ws", origin)).isTrue();
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void refusalIsForbiddenAndNamesTheProperty(Transport transport) {
		try (WebSocketConnection connection = servers.connect(transport);
				LogCapture log = LogCapture.start("io.github.websockethttp2.server", Level.DEBUG)) {
			for (String origin : List.of("https://evil.example", "null", "https://localhost.evil.example")) {
				try (WebSocketConnection another = servers.connect(transport)) {
					assertThat(another.handshake("/ws", "origin", origin)).isEqualTo(403);
				}
			}
			assertThat(connection.handshake("/ws", "origin", "https://app.example"))
				.isEqualTo((transport.isHttp2()) ? 200 : 101);
			assertThat(log.messages()).anyMatch((message) -> message.contains("https://evil.example")
					&& message.contains("websocket.http2.allowed-origins"));
			log.assertNothingAbove(Level.DEBUG);
		}
	}

	@ParameterizedTest
	@EnumSource
	void ownOriginAndPatternsAreLetIn(Transport transport) {
		TestServer server = servers.server(transport);
		String own = ((transport.isTls()) ? "https" : "http") + "://localhost:" + server.port();
		for (String origin : List.of(own, "https://a.pattern.example", "https://app.example")) {
			try (WebSocketConnection connection = servers.connect(transport)) {
				assertThat(connection.open("/ws", "origin", origin)).isNotNull();
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void hostIsComparedAsItIsWritten(Transport transport) {
		String scheme = (transport.isTls()) ? "https://" : "http://";
		String field = (transport.isHttp2()) ? ":authority" : "host";
		for (String host : List.of("my_app:8080", "a_b.example.com", "MY_APP:8080", "[::1]:8080", "[2001:DB8::a]",
				"host.example.", "-")) {
			try (WebSocketConnection connection = servers.connect(transport)) {
				assertThat(connection.handshake("/ws", field, host, "origin", scheme + host)).as(host)
					.isEqualTo((transport.isHttp2()) ? 200 : 101);
			}
		}
		for (String origin : List.of("my_app", "my_app:8081", "my-app:8080", "my_app.evil.example:8080", "null")) {
			try (WebSocketConnection connection = servers.connect(transport)) {
				assertThat(connection.handshake("/ws", field, "my_app:8080", "origin", scheme + origin)).as(origin)
					.isEqualTo(403);
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void mappingWithRulesOfItsOwnIsJudgedByThose(Transport transport) {
		try (WebSocketConnection connection = servers.connect(transport)) {
			assertThat(connection.open("/cors", "origin", "https://cors.example")).isNotNull();
		}
		for (String origin : List.of("https://app.example", "https://evil.example")) {
			try (WebSocketConnection connection = servers.connect(transport)) {
				assertThat(connection.handshake("/cors", "origin", origin)).isEqualTo(403);
			}
		}
	}

	private static void assertProxied(String headers, String origin, boolean accepted) {
		assertProxied(headers, origin, accepted, ";");
	}

	private static void assertProxied(String headers, String origin, boolean accepted, String separator) {
		MockServerHttpRequest.BaseBuilder<?> request = MockServerHttpRequest.get("http://host.example/ws")
			.header("Origin", origin);
		for (String header : headers.split(separator)) {
			request.header(header.substring(0, header.indexOf(':')), header.substring(header.indexOf(':') + 1).trim());
		}
		assertThat(decide(SAME_ORIGIN, request.build()).isAccepted()).isEqualTo(accepted);
	}

	private static boolean isAccepted(SameOriginPolicy policy, String request, String origin) {
		return decide(policy, MockServerHttpRequest.get(request).header("Origin", origin).build()).isAccepted();
	}

	private static HandshakeDecision decide(SameOriginPolicy policy, MockServerHttpRequest request) {
		HandshakeDecision decision = policy.decide(MockServerWebExchange.from(request)).block(Waiting.TIMEOUT);
		assertThat(decision).isNotNull();
		if (!decision.isAccepted()) {
			assertThat(decision.refusal()).hasToString("403 FORBIDDEN");
			assertThat(decision.reason()).contains("websocket.http2.allowed-origins",
					"websocket.http2.allowed-origin-patterns");
		}
		return decision;
	}

	@Configuration(proxyBeanMethods = false)
	static class Application {

		@Bean
		HandlerMapping mapping() {
			WebSocketHandler handler = (session) -> session.receive().then();
			SimpleUrlHandlerMapping mapping = new SimpleUrlHandlerMapping(Map.of("/ws", handler, "/cors", handler), -1);
			CorsConfiguration rules = new CorsConfiguration();
			rules.setAllowedOrigins(List.of("https://cors.example"));
			mapping.setCorsConfigurations(Map.of("/cors", rules));
			return mapping;
		}

	}

}
