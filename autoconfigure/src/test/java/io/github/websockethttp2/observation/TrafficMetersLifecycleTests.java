package io.github.websockethttp2.observation;

import io.github.websockethttp2.session.SessionRegistry;
import io.github.websockethttp2.testsupport.TestServer;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketStream;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.util.ReflectionTestUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * {@link TrafficMeters} of servers of their own: at a shutdown, and where there are none.
 */
class TrafficMetersLifecycleTests {

	@ParameterizedTest
	@EnumSource
	void countsWhatAShutdownHasClosed(Transport transport) {
		TestServer server = TestServer.start(transport, TrafficMetersTests.Handlers.class);
		try (WebSocketConnection connection = server.connect(); WebSocketConnection other = server.connect()) {
			MeterRegistry registry = server.bean(MeterRegistry.class);
			WebSocketStream leaving = connection.open("/counted/1");
			leaving.sendClose(1001, "I leave");
			leaving.awaitClose();
			connection.abort();
			server.awaitNoSessions();
			other.open("/counted/1");
			if (transport.isHttp2()) {
				other.open("/counted/2");
			}
			await().until(() -> server.bean(SessionRegistry.class).getCount() == ((transport.isHttp2()) ? 2 : 1));
			server.close();
			assertThat(registry.get("websocket.server.sessions.drained")
				.tags("uri", "/counted/{name}", "protocol", transport.httpVersion())
				.functionCounter()
				.count()).isEqualTo((transport.isHttp2()) ? 2 : 1);
			if (transport.isHttp2()) {
				assertThat(registry.get("websocket.server.goaways")
					.tags("direction", "sent", "reason", "NO_ERROR")
					.functionCounter()
					.count()).isPositive();
			}
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H1", "H2C" })
	void nothingIsCountedWithoutARegistry(Transport transport) {
		try (TestServer server = TestServer.start(transport, WithoutRegistry.class);
				WebSocketConnection connection = server.connect()) {
			assertThat(server.context().getBeansOfType(MeterRegistry.class)).isEmpty();
			SessionRegistry sessions = server.bean(SessionRegistry.class);
			WebSocketStream socket = connection.open("/counted/one");
			socket.sendText("hello");
			assertThat(socket.awaitText()).isEqualTo("hello");
			assertThat(sessions.getTraffic()).isNull();
			Object handler = ReflectionTestUtils.getField(sessions.getAll().iterator().next(), "sessionHandler");
			assertThat(ReflectionTestUtils.getField(handler, "traffic")).isNull();
		}
		try (TestServer server = TestServer.start(transport, TrafficMetersTests.Handlers.class);
				WebSocketConnection connection = server.connect()) {
			SessionRegistry sessions = server.bean(SessionRegistry.class);
			connection.open("/counted/one");
			await().until(() -> sessions.getCount() == 1);
			Object handler = ReflectionTestUtils.getField(sessions.getAll().iterator().next(), "sessionHandler");
			assertThat(ReflectionTestUtils.getField(handler, "traffic")).isNotNull();
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(excludeName = {
			"org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
			"org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration" })
	static class WithoutRegistry extends TrafficMetersTests.Handlers {

	}

}
