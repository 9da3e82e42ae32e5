package io.github.websockethttp2.actuate;

import java.util.stream.Stream;

import io.github.websockethttp2.session.LiveSession;
import io.github.websockethttp2.testsupport.Http2Client;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketStream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.test.web.reactive.server.WebTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link WebSocketsEndpoint}.
 */
class WebSocketsEndpointTests {

	private static final String EXPOSED = "management.endpoints.web.exposure.include=websockets,info,conditions";

	private static final String UNRESTRICTED = "management.endpoint.websockets.access=unrestricted";

	private static final String INFO = "management.info.websockets.enabled=true";

	@RegisterExtension
	static final TestServers servers = new TestServers(RoomHandlers.class, EXPOSED, UNRESTRICTED, INFO);

	@ParameterizedTest
	@EnumSource
	void showsStatusSessionsAndHandshakes(Transport transport) {
		String protocol = transport.httpVersion();
		try (WebSocketConnection connection = servers.connect(transport);
				WebSocketConnection stranger = servers.connect(transport)) {
			connection.open("/rooms/blue");
			stranger.handshake("/rooms/blue?token=secret", "origin", "https://evil.example/?token=secret", "cookie",
					"session=secret");
			String ofProtocol = "[?(@.protocol=='" + protocol + "')]";
			await().untilAsserted(() -> get(transport, "").jsonPath("$.http2.on")
				.isEqualTo(true)
				.jsonPath("$.http2.server.tls")
				.isEqualTo(transport.isTls())
				.jsonPath("$.http2.server.advertised")
				.isEqualTo(true)
				.jsonPath("$.sessions.byPathPattern" + ofProtocol + ".pathPattern")
				.isEqualTo("/rooms/{room}")
				.jsonPath("$.sessions.byPathPattern" + ofProtocol + ".open")
				.isEqualTo(1)
				.jsonPath("$.handshakes[?(@.protocol=='" + protocol + "' && @.accepted >= 1)]")
				.exists()
				.jsonPath("$.refusals[?(@.reason=='origin')].last.origin")
				.isEqualTo("https://evil.example")
				.jsonPath("$.refusals[?(@.reason=='origin')].last.status")
				.isEqualTo(403)
				.jsonPath("$.refusals[?(@.reason=='origin')].last.protocol")
				.isEqualTo(protocol)
				.jsonPath("$.diagnosis[0].conclusion")
				.value(String.class, (text) -> assertThat(text).contains("WebSocket over HTTP/2 is on: port "))
				.jsonPath("$.diagnosis[?(@.subject=='tls')].conclusion")
				.exists());
			assertThat(text(transport, "")).doesNotContain("secret", "blue");
		}
	}

	@ParameterizedTest
	@EnumSource
	void showsPagesOfSessionsWithoutWhatClientsSent(Transport transport) {
		servers.awaitNoSessions();
		WebSocketConnection[] connections = Stream.generate(() -> servers.connect(transport))
			.limit(3)
			.toArray(WebSocketConnection[]::new);
		try {
			for (WebSocketConnection connection : connections) {
				connection.open("/rooms/blue?token=secret", "cookie", "session=secret");
			}
			awaitSessions(transport, 3);
			get(transport, "/sessions").jsonPath("$.total")
				.isEqualTo(3)
				.jsonPath("$.size")
				.isEqualTo(50)
				.jsonPath("$.sessions.length()")
				.isEqualTo(3)
				.jsonPath("$.sessions[0].pathPattern")
				.isEqualTo("/rooms/{room}")
				.jsonPath("$.sessions[0].protocol")
				.isEqualTo(transport.httpVersion())
				.jsonPath("$.sessions[0].connection")
				.exists()
				.jsonPath("$.sessions[0].bufferedAmount")
				.isEqualTo(0)
				.jsonPath("$.sessions[0].openedAt")
				.value(String.class, (text) -> assertThat(text).contains("T"));
			get(transport, "/sessions?page=1&size=2").jsonPath("$.page")
				.isEqualTo(1)
				.jsonPath("$.sessions.length()")
				.isEqualTo(1);
			get(transport, "/sessions?page=2147483647&size=1000").jsonPath("$.sessions.length()").isEqualTo(0);
			assertThat(text(transport, "/sessions")).doesNotContain("secret", "blue");
		}
		finally {
			Stream.of(connections).forEach(WebSocketConnection::close);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "page=-1", "size=0", "size=1001", "size=all" })
	void refusesPagesThatCannotBe(String query) {
		client(Transport.H1).get()
			.uri("/actuator/websockets/sessions?" + query)
			.exchange()
			.expectStatus()
			.isBadRequest()
			.expectBody();
	}

	@ParameterizedTest
	@ValueSource(strings = { "/others", "/sessions/some", "/connections" })
	void otherPartsAreNotFound(String path) {
		client(Transport.H1).get()
			.uri("/actuator/websockets" + path)
			.exchange()
			.expectStatus()
			.value((status) -> assertThat(status).isIn(404, 405))
			.expectBody();
	}

	@ParameterizedTest
	@EnumSource
	void closesASession(Transport transport) {
		servers.awaitNoSessions();
		try (WebSocketConnection connection = servers.connect(transport);
				WebSocketConnection other = servers.connect(transport)) {
			WebSocketStream socket = connection.open("/rooms/blue");
			String id = awaitSessions(transport, 1).getId();
			WebSocketStream stays = other.open("/rooms/blue");
			delete(transport, "/sessions/" + id + "?status=3000", 204);
			assertThat(socket.awaitClose().code()).isEqualTo(3000);
			stays.sendText("here");
			assertThat(stays.awaitText()).isEqualTo("here");
			delete(transport, "/sessions/unknown", 404);
			delete(transport, "/others/" + id, 404);
			delete(transport, "/sessions/" + id + "?status=1006", 400);
			delete(transport, "/sessions/" + id + "?status=99", 400);
		}
	}

	@ParameterizedTest
	@EnumSource
	void drainsAConnection(Transport transport) {
		servers.awaitNoSessions();
		try (WebSocketConnection connection = servers.connect(transport);
				WebSocketConnection other = servers.connect(transport)) {
			WebSocketStream socket = connection.open("/rooms/blue");
			String id = awaitSessions(transport, 1).getTransport().connectionId();
			WebSocketStream stays = other.open("/rooms/blue");
			delete(transport, "/connections/" + id, 204);
			assertThat(socket.awaitClose().code()).isEqualTo(1001);
			stays.sendText("here");
			assertThat(stays.awaitText()).isEqualTo("here");
			delete(transport, "/connections/unknown", 404);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void clientOfADrainedConnectionIsTold(Transport transport) {
		servers.awaitNoSessions();
		try (Http2Client client = servers.http2(transport)) {
			client.openWebSocket("/rooms/blue");
			client.openWebSocket("/rooms/blue");
			String id = awaitSessions(transport, 2).getTransport().connectionId();
			delete(transport, "/connections/" + id, 204);
			assertThat(client.awaitGoAway()).isNotNull();
		}
		servers.awaitNoSessions();
	}

	@ParameterizedTest
	@EnumSource(names = { "H1", "H2" })
	void infoAndConditionsSayTheSame(Transport transport) {
		client(transport).get()
			.uri("/actuator/info")
			.exchange()
			.expectBody()
			.jsonPath("$.websockets.http2.on")
			.isEqualTo(true)
			.jsonPath("$.websockets.http2.detail")
			.value(String.class, (text) -> assertThat(text).contains("streams a connection"));
		String text = client(transport).get()
			.uri("/actuator/conditions")
			.exchange()
			.expectBody(String.class)
			.returnResult()
			.getResponseBody();
		assertThat(text).contains("WebSocket over HTTP/2 is on: port " + servers.server(transport).port());
	}

	private static WebTestClient.BodyContentSpec get(Transport transport, String path) {
		return client(transport).get().uri("/actuator/websockets" + path).exchange().expectStatus().isOk().expectBody();
	}

	private static String text(Transport transport, String path) {
		return client(transport).get()
			.uri("/actuator/websockets" + path)
			.exchange()
			.expectBody(String.class)
			.returnResult()
			.getResponseBody();
	}

	private static void delete(Transport transport, String path, int status) {
		client(transport).delete()
			.uri("/actuator/websockets" + path)
			.exchange()
			.expectStatus()
			.isEqualTo(status)
			.expectBody();
	}

	private static LiveSession awaitSessions(Transport transport, int count) {
		return servers.server(transport).awaitSessions(count);
	}

	private static WebTestClient client(Transport transport) {
		return ManagementClient.of(transport, servers.server(transport).port());
	}

}
