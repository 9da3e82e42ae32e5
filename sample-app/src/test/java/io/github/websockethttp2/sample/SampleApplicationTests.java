package io.github.websockethttp2.sample;

import java.net.URI;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import javax.net.ssl.TrustManagerFactory;

import io.github.websockethttp2.session.WebSocketSessions;
import io.github.websockethttp2.test.WebSocketTest;
import io.github.websockethttp2.test.WebSocketTestClient;
import io.github.websockethttp2.test.WebSocketTestSession;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.test.web.reactive.server.WebTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the handlers over each transport, and of the requests, by a client that trusts
 * the sample's certificate.
 */
@SampleTest
class SampleApplicationTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	@LocalServerPort
	private int port;

	@LocalManagementPort
	private int managementPort;

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
	void operatorsHaveAPortOfTheirOwn() {
		webClient(this.port).get().uri("/actuator/prometheus").exchange().expectStatus().isNotFound();
		WebTestClient operator = WebTestClient.bindToServer()
			.baseUrl("http://127.0.0.1:" + this.managementPort + "/actuator")
			.responseTimeout(TIMEOUT)
			.build();
		operator.get().uri("/prometheus").exchange().expectStatus().isOk();
		operator.get().uri("/websockets").exchange().expectBody().jsonPath("$.http2.on").isEqualTo(true);
		operator.delete().uri("/websockets/sessions/any").exchange().expectStatus().is4xxClientError();
		operator.get().uri("/health").exchange().expectStatus().isNotFound();
		operator.get().uri("/env").exchange().expectStatus().isNotFound();
	}

	@WebSocketTest
	void echoSendsBack(WebSocketTestClient client) {
		client.connect("/ws/echo")
			.expectOpen()
			.send("one")
			.expectText("one")
			.send("grün")
			.expectText("grün")
			.close(1000)
			.expectClosed(1000);
	}

	@WebSocketTest
	void probeSaysWhatCarriesItAndIsCounted(WebSocketTestClient client) {
		awaitNoSession();
		WebSocketTestSession session = client.connect("/ws/probe").expectOpen();
		String protocol = session.transport().protocol().toString();
		session.expectJson(JsonNode.class, (hello) -> {
			assertThat(hello.get("protocol").asString()).isEqualTo(protocol);
			assertThat(hello.get("connectionId").asString()).isNotBlank();
			assertThat(hello.get("streamId").asInt()).isEqualTo(session.transport().streamId());
			assertThat(hello.get("clientPort").asInt()).isPositive();
		});
		session.send("12.5").expectText("12.5");
		assertThat(get("/api/figures").get("sessions")).hasSize(2)
			.contains(this.jsonMapper.createObjectNode()
				.put("protocol", protocol)
				.put("sockets", 1)
				.put("connections", 1));
		session.close(1000).expectClosed(1000);
		awaitNoSession();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "?interval=200", "?interval=1", "?interval=soon" })
	void tickerPushes(String query, WebSocketTestClient client) {
		WebSocketTestSession session = client.connect("/ws/ticker" + query).expectOpen();
		session.expectText();
		session.expectJson(JsonNode.class, (tick) -> {
			assertThat(Instant.parse(tick.get("time").asString())).isBefore(Instant.now());
			assertThat(tick.get("price").asDouble()).isBetween(80.0, 120.0);
			assertThat(tick.get("change").asDouble()).isBetween(-10.0, 10.0);
		});
	}

	@WebSocketTest
	void roomIsSharedAndForgotten(WebSocketTestClient client) {
		WebSocketTestSession ada = enter(client, "Ada Lovelace");
		assertThat(ada.expectJson(JsonNode.class).get("kind").asString()).isEqualTo("JOINED");
		WebSocketTestSession bob = enter(client, "Bob").send("Hello <b>room</b>");
		assertThat(ada.expectJson(JsonNode.class).get("kind").asString()).isEqualTo("JOINED");
		JsonNode said = ada.expectJson(JsonNode.class);
		assertThat(said.get("kind").asString()).isEqualTo("SAID");
		assertThat(said.get("name").asString()).isEqualTo("Bob");
		assertThat(said.get("text").asString()).isEqualTo("Hello <b>room</b>");
		assertThat(said.get("members").asInt()).isEqualTo(2);
		bob.close(1000).expectClosed(1000);
		assertThat(ada.expectJson(JsonNode.class).get("kind").asString()).isEqualTo("LEFT");
		ada.close(1000).expectClosed(1000);
		awaitNoSession();
		JsonNode first = enter(client, "Ada Lovelace").expectJson(JsonNode.class);
		assertThat(first.get("kind").asString()).isEqualTo("JOINED");
		assertThat(first.get("name").asString()).isEqualTo("Ada Lovelace");
		assertThat(first.get("members").asInt()).isOne();
	}

	private static WebSocketTestSession enter(WebSocketTestClient client, String name) {
		return client.connect("/ws/rooms/greenhouse?name={name}", name).expectOpen();
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

}
