package io.github.websockethttp2.actuate;

import java.lang.management.ManagementFactory;
import java.util.Map;

import javax.management.MBeanServer;
import javax.management.ObjectName;

import io.github.websockethttp2.session.LiveSession;
import io.github.websockethttp2.testsupport.TestServer;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.test.web.reactive.server.WebTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Who gets to see the {@link WebSocketsEndpoint}, and where. Each test starts servers of
 * its own.
 */
class WebSocketsEndpointExposureTests {

	private static final String EXPOSED = "management.endpoints.web.exposure.include=websockets";

	private static final String UNRESTRICTED = "management.endpoint.websockets.access=unrestricted";

	@ParameterizedTest
	@EnumSource
	void whenNothingIsSetThenIsNotExposed(Transport transport) {
		try (TestServer server = TestServer.start(transport, RoomHandlers.class)) {
			assertThat(server.context().getBeansOfType(WebSocketsEndpoint.class)).isEmpty();
			assertThat(server.context().getBeansOfType(HandshakeJournal.class)).isEmpty();
			assertNotFound(transport, server.port());
		}
	}

	@ParameterizedTest
	@EnumSource
	void whenExposedThenIsReadOnly(Transport transport) {
		try (TestServer server = TestServer.start(transport, RoomHandlers.class, EXPOSED, "server.shutdown=immediate");
				WebSocketConnection connection = server.connect()) {
			WebSocketStream socket = connection.open("/rooms/blue");
			LiveSession session = server.awaitSessions(1);
			WebTestClient client = ManagementClient.of(transport, server.port());
			client.get().uri("/actuator/websockets").exchange().expectStatus().isOk().expectBody();
			client.get().uri("/actuator/websockets/sessions").exchange().expectStatus().isOk().expectBody();
			for (String path : new String[] { "/sessions/" + session.getId(),
					"/connections/" + session.getTransport().connectionId() }) {
				client.delete().uri("/actuator/websockets" + path).exchange().expectStatus().isNotFound().expectBody();
			}
			socket.sendText("here");
			assertThat(socket.awaitText()).isEqualTo("here");
		}
	}

	@ParameterizedTest
	@EnumSource
	void withSecurityOnlyUsersSeeIt(Transport transport) {
		try (TestServer server = TestServer.start(transport, RoomHandlers.class, EXPOSED, TestServer.WITH_SECURITY,
				"spring.security.user.name=ops", "spring.security.user.password=secret")) {
			WebTestClient client = ManagementClient.of(transport, server.port());
			for (String path : new String[] { "", "/sessions" }) {
				client.get().uri("/actuator/websockets" + path).exchange().expectStatus().isUnauthorized().expectBody();
				client.get()
					.uri("/actuator/websockets" + path)
					.headers((headers) -> headers.setBasicAuth("ops", "secret"))
					.exchange()
					.expectStatus()
					.isOk()
					.expectBody();
			}
			try (WebSocketConnection connection = server.connect()) {
				assertThat(connection.handshake("/rooms/blue")).isEqualTo(401);
			}
			await().untilAsserted(() -> client.get()
				.uri("/actuator/websockets")
				.headers((headers) -> headers.setBasicAuth("ops", "secret"))
				.exchange()
				.expectBody()
				.jsonPath("$.refusals[?(@.reason=='security')].last.status")
				.isEqualTo(401));
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H1", "H2C" })
	void isOnTheManagementPort(Transport transport) {
		try (TestServer server = TestServer.start(transport, RoomHandlers.class, EXPOSED, UNRESTRICTED,
				"management.server.port=0", "server.shutdown=immediate");
				WebSocketConnection connection = server.connect()) {
			WebSocketStream socket = connection.open("/rooms/blue");
			String id = server.awaitSessions(1).getId();
			int port = server.context().getEnvironment().getRequiredProperty("local.management.port", Integer.class);
			assertNotFound(transport, server.port());
			WebTestClient management = ManagementClient.of(transport, port);
			management.get()
				.uri("/actuator/websockets")
				.exchange()
				.expectBody()
				.jsonPath("$.http2.server.port")
				.isEqualTo(server.port())
				.jsonPath("$.sessions.open")
				.isEqualTo(1);
			management.delete()
				.uri("/actuator/websockets/sessions/" + id)
				.exchange()
				.expectStatus()
				.isNoContent()
				.expectBody();
			assertThat(socket.awaitClose().code()).isEqualTo(1001);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H1", "H1_TLS" })
	void saysWhatSwitchedItOff(Transport transport) {
		try (TestServer server = TestServer.start(transport, RoomHandlers.class, EXPOSED,
				"websocket.http2.enabled=false", "server.shutdown=immediate");
				WebSocketConnection connection = server.connect()) {
			connection.open("/rooms/blue");
			await().untilAsserted(() -> ManagementClient.of(transport, server.port())
				.get()
				.uri("/actuator/websockets")
				.exchange()
				.expectBody()
				.jsonPath("$.http2.on")
				.isEqualTo(false)
				.jsonPath("$.http2.server.switchedOffBy")
				.isEqualTo("websocket.http2.enabled")
				.jsonPath("$.diagnosis[?(@.subject=='transport')].evidence[1]")
				.isEqualTo("websocket.http2.enabled is false"));
		}
	}

	@Test
	void isThereOverJmx() throws Exception {
		try (TestServer server = TestServer.start(Transport.H2C, RoomHandlers.class, "spring.jmx.enabled=true",
				"management.endpoints.jmx.exposure.include=websockets", UNRESTRICTED, "server.shutdown=immediate");
				WebSocketConnection connection = server.connect()) {
			WebSocketStream socket = connection.open("/rooms/blue");
			String id = server.awaitSessions(1).getId();
			MBeanServer jmx = ManagementFactory.getPlatformMBeanServer();
			ObjectName name = new ObjectName("org.springframework.boot:type=Endpoint,name=Websockets");
			assertThat(jmx.invoke(name, "webSockets", new Object[0], new String[0])).isInstanceOf(Map.class)
				.asString()
				.contains("http2", "/rooms/{room}");
			String string = String.class.getName();
			String integer = Integer.class.getName();
			assertThat(jmx.invoke(name, "page", new Object[] { "sessions", null, null },
					new String[] { string, integer, integer }))
				.asString()
				.contains(id);
			assertThat(jmx.invoke(name, "close", new Object[] { "sessions", id, null },
					new String[] { string, string, integer }))
				.isEqualTo(Map.of("found", true));
			assertThat(socket.awaitClose().code()).isEqualTo(1001);
		}
	}

	private static void assertNotFound(Transport transport, int port) {
		ManagementClient.of(transport, port)
			.get()
			.uri("/actuator/websockets")
			.exchange()
			.expectStatus()
			.isNotFound()
			.expectBody();
	}

}
