package io.github.websockethttp2.server;

import java.util.List;

import io.github.websockethttp2.observation.WebSocketMeterNames;
import io.github.websockethttp2.session.WebSocketSessions;
import io.github.websockethttp2.testsupport.Close;
import io.github.websockethttp2.testsupport.EchoHandlers;
import io.github.websockethttp2.testsupport.LogCapture;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketStream;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.test.util.ReflectionTestUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What is in Reactor Netty's access log of a WebSocket: its handshake when that is
 * answered, and its duration when it ends.
 */
class AccessLogTests {

	private static final String CATEGORY = "reactor.netty.http.server.AccessLog";

	private static final String BEGIN = "127\\.0\\.0\\.1 - - \\[\\d\\d/[A-Z][a-z]{2}/\\d{4}:\\d\\d:\\d\\d:\\d\\d [+-]\\d{4}] ";

	@RegisterExtension
	static final TestServers SERVERS = new TestServers(Application.class);

	@RegisterExtension
	static final TestServers WITHOUT = new TestServers(EchoHandlers.class);

	@ParameterizedTest
	@EnumSource(Transport.class)
	void handshakeIsALineAndTheEndIsAnother(Transport transport) {
		SERVERS.server(transport);
		String http = (transport.isHttp2()) ? "HTTP/2\\.0" : "HTTP/1\\.1";
		try (LogCapture log = LogCapture.start()) {
			WebSocketConnection connection = SERVERS.connect(transport);
			WebSocketStream stream = connection.open("/echo?a=b");
			await().until(() -> lines(log).size() == 1);
			assertThat(lines(log).get(0)).matches(BEGIN + ((transport.isHttp2()) ? "\"CONNECT" : "\"GET")
					+ " /echo\\?a=b " + http + "\" " + ((transport.isHttp2()) ? "200" : "101") + " \\S+ \\d+");
			stream.sendText("hello");
			assertThat(stream.awaitText()).isEqualTo("hello");
			// The log is no reason not to count
			assertThat(SERVERS.server(transport)
				.bean(MeterRegistry.class)
				.get(WebSocketMeterNames.MESSAGES)
				.tag(WebSocketMeterNames.PROTOCOL, transport.httpVersion())
				.functionCounters()).isNotEmpty();
			Object life = ReflectionTestUtils.getField(
					SERVERS.server(transport).bean(WebSocketSessions.class).getAll().iterator().next(),
					"sessionHandler");
			assertThat(ReflectionTestUtils.getField(life, "traffic")).isNotNull();
			stream.sendClose(4001, "");
			assertThat(stream.awaitClose()).isEqualTo(new Close(4001, ""));
			connection.close();
			SERVERS.awaitNoSessions();
			await().until(() -> lines(log).size() >= 2);
			assertThat(lines(log)).hasSize(2);
			assertThat(lines(log).get(1)).matches(BEGIN + "\"WEBSOCKET /echo " + http + "\" 4001 - \\d+");
		}
	}

	@ParameterizedTest
	@EnumSource(Transport.class)
	void refusedHandshakeIsOneLine(Transport transport) {
		SERVERS.server(transport);
		try (LogCapture log = LogCapture.start(); WebSocketConnection connection = SERVERS.connect(transport)) {
			assertThat(connection.handshake("/echo", "origin", "https://evil.example")).isEqualTo(403);
			await().until(() -> !lines(log).isEmpty());
			assertThat(lines(log)).singleElement().asString().contains(" 403 ");
		}
	}

	@ParameterizedTest
	@EnumSource(Transport.class)
	void nothingIsLoggedWithoutAccessLog(Transport transport) {
		WITHOUT.server(transport);
		try (LogCapture log = LogCapture.start()) {
			WebSocketConnection connection = WITHOUT.connect(transport);
			WebSocketStream stream = connection.open("/echo");
			stream.sendClose(1000, "");
			stream.awaitClose();
			connection.close();
			WITHOUT.awaitNoSessions();
			assertThat(lines(log)).isEmpty();
		}
	}

	private static List<String> lines(LogCapture log) {
		return log.events()
			.stream()
			.filter((event) -> event.getLoggerName().equals(CATEGORY))
			.map((event) -> event.getFormattedMessage())
			.toList();
	}

	@Configuration(proxyBeanMethods = false)
	@Import(EchoHandlers.class)
	static class Application {

		@Bean
		NettyServerCustomizer accessLog() {
			return (server) -> server.accessLog(true);
		}

	}

}
