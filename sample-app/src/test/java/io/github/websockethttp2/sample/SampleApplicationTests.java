package io.github.websockethttp2.sample;

import java.net.URI;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

import javax.net.ssl.TrustManagerFactory;

import io.github.websockethttp2.session.WebSocketSessions;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.client.ReactorNettyWebSocketClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the handlers and requests, by a client that trusts the sample's certificate.
 */
@SampleTest
class SampleApplicationTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	@LocalServerPort
	private int port;

	@Autowired
	private WebSocketSessions sessions;

	@Autowired
	private JsonMapper jsonMapper;

	@Value("${server.ssl.key-store}")
	private URI keyStore;

	@Value("${server.ssl.key-store-password}")
	private String password;

	private HttpClient httpClient;

	@BeforeEach
	void setUp() throws Exception {
		KeyStore trusted = KeyStore.getInstance("PKCS12");
		try (var content = this.keyStore.toURL().openStream()) {
			trusted.load(content, this.password.toCharArray());
		}
		KeyStore certificates = KeyStore.getInstance("PKCS12");
		certificates.load(null, null);
		certificates.setCertificateEntry("sample", trusted.getCertificate(trusted.aliases().nextElement()));
		TrustManagerFactory trustManagers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
		trustManagers.init(certificates);
		SslContext sslContext = SslContextBuilder.forClient().trustManager(trustManagers).build();
		this.httpClient = HttpClient.newConnection()
			.protocol(HttpProtocol.HTTP11)
			.secure((spec) -> spec.sslContext(sslContext));
	}

	@Test
	void pageIsServedOnBothPorts() {
		int http1Port = http1Port();
		assertThat(http1Port).isNotEqualTo(this.port);
		for (int each : List.of(this.port, http1Port)) {
			webClient(each).get()
				.uri("/")
				.exchange()
				.expectStatus()
				.isOk()
				.expectBody(String.class)
				.value((page) -> assertThat(page).contains("<title>WebSockets over HTTP/2</title>"));
		}
	}

	@Test
	void pingTellsTheTime() {
		JsonNode ping = get("/api/ping");
		assertThat(Instant.parse(ping.get("time").asString())).isBetween(Instant.now().minus(TIMEOUT), Instant.now());
		assertThat(ping.get("clientPort").asInt()).isPositive();
	}

	@Test
	void echoSendsBack() {
		assertThat(exchange(this.port, "/ws/echo", 3, "one", "two", "grün")).containsExactly("one", "two", "grün");
	}

	@Test
	void probeSaysWhatCarriesItAndIsCounted() {
		awaitNoSession();
		AtomicReference<JsonNode> sessions = new AtomicReference<>();
		List<String> received = exchange(http1Port(), "/ws/probe", 2, () -> sessions.set(get("/api/sessions")), "12.5");
		JsonNode hello = this.jsonMapper.readTree(received.get(0));
		assertThat(hello.get("protocol").asString()).isEqualTo("HTTP/1.1");
		assertThat(hello.get("connectionId").asString()).isNotBlank();
		assertThat(hello.get("streamId").asInt()).isZero();
		assertThat(hello.get("clientPort").asInt()).isPositive();
		assertThat(received.get(1)).isEqualTo("12.5");
		assertThat(sessions.get().get(0))
			.isEqualTo(this.jsonMapper.readTree("{\"protocol\": \"HTTP/1.1\", \"sockets\": 1, \"connections\": 1}"));
		assertThat(sessions.get().get(1).get("protocol").asString()).isEqualTo("HTTP/2");
		awaitNoSession();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "?interval=200", "?interval=1", "?interval=soon" })
	void tickerPushes(String query) {
		List<String> received = exchange(this.port, "/ws/ticker" + query, 2);
		JsonNode tick = this.jsonMapper.readTree(received.get(1));
		assertThat(Instant.parse(tick.get("time").asString())).isBefore(Instant.now());
		assertThat(tick.get("price").asDouble()).isBetween(80.0, 120.0);
		assertThat(tick.get("change").asDouble()).isBetween(-10.0, 10.0);
	}

	@Test
	void roomIsSharedAndForgotten() {
		String path = "/ws/rooms/greenhouse?name=Ada%20Lovelace";
		List<String> received = exchange(this.port, path, 2, "Hello <b>room</b>");
		JsonNode said = this.jsonMapper.readTree(received.get(1));
		assertThat(said.get("kind").asString()).isEqualTo("SAID");
		assertThat(said.get("name").asString()).isEqualTo("Ada Lovelace");
		assertThat(said.get("text").asString()).isEqualTo("Hello <b>room</b>");
		assertThat(said.get("members").asInt()).isOne();
		Awaitility.await().atMost(TIMEOUT).untilAsserted(() -> {
			JsonNode first = this.jsonMapper.readTree(exchange(this.port, path, 1).get(0));
			assertThat(first.get("kind").asString()).isEqualTo("JOINED");
			assertThat(first.get("members").asInt()).isOne();
		});
	}

	private void awaitNoSession() {
		Awaitility.await().atMost(TIMEOUT).until(() -> this.sessions.getCount() == 0);
	}

	private int http1Port() {
		return get("/api/listeners").get("http1Port").asInt();
	}

	private JsonNode get(String path) {
		return this.jsonMapper.readTree(webClient(this.port).get()
			.uri(path)
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody()
			.returnResult()
			.getResponseBody());
	}

	private WebTestClient webClient(int port) {
		return WebTestClient.bindToServer(new ReactorClientHttpConnector(this.httpClient))
			.baseUrl("https://localhost:" + port)
			.responseTimeout(TIMEOUT)
			.build();
	}

	private List<String> exchange(int port, String path, int expected, String... texts) {
		return exchange(port, path, expected, () -> {
		}, texts);
	}

	private List<String> exchange(int port, String path, int expected, Runnable onMessage, String... texts) {
		AtomicReference<List<String>> received = new AtomicReference<>(List.of());
		new ReactorNettyWebSocketClient(this.httpClient)
			.execute(URI.create("wss://localhost:" + port + path),
					(session) -> session.send(Flux.just(texts).map(session::textMessage))
						.thenMany(session.receive().map(WebSocketMessage::getPayloadAsText))
						// Not on the event loop, as it may well block
						.publishOn(Schedulers.boundedElastic())
						.doOnNext((text) -> onMessage.run())
						.take(expected)
						.collectList()
						.doOnNext(received::set)
						.then(session.close()))
			.block(TIMEOUT);
		return received.get();
	}

}
