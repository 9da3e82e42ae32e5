package io.github.websockethttp2.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.github.websockethttp2.testsupport.LogCapture;
import io.github.websockethttp2.testsupport.TestServer;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshakeException;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.timeout.ReadTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.client.ReactorNettyWebSocketClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is logged of a handler that fails: its own mistakes always, and once what those
 * who open sessions can cause as often as they like.
 */
class HandlerFailuresTests {

	private static final int SESSIONS = 5;

	private static DisposableServer refusing;

	/**
	 * For each test, as the end of an application takes the shared event loops with it,
	 * and nobody may be left to tell that it has stopped.
	 */
	@BeforeEach
	void startBackend() {
		refusing = HttpServer.create()
			.host("127.0.0.1")
			.port(0)
			.handle((request, response) -> response.status(403).send())
			.bindNow();
	}

	@AfterEach
	void stopBackend() {
		refusing.dispose();
	}

	@ParameterizedTest
	@EnumSource
	void refusingBackendIsOneWarning(Transport transport) {
		try (TestServer server = TestServer.start(transport, Handlers.class)) {
			try (LogCapture log = LogCapture.start()) {
				fail(server, "/refused");
				assertThat(warnings(log)).singleElement().satisfies((event) -> {
					assertThat(event.getThrowableProxy()).isNull();
					assertThat(event.getFormattedMessage()).doesNotContain("\n")
						.contains("1011", "403 Forbidden", "websocket.http2.allowed-origins", "DEBUG");
				});
			}
			// From now on strangers cannot make the log grow, whatever fails
			try (LogCapture log = LogCapture.start(HandlerFailures.class.getName(), Level.DEBUG)) {
				fail(server, "/absent");
				assertThat(warnings(log)).isEmpty();
				assertThat(log.messages()).filteredOn((message) -> message.startsWith("Handler of a WebSocket"))
					.hasSize(SESSIONS);
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void mistakeIsAWarningEachTime(Transport transport) {
		try (TestServer server = TestServer.start(transport, Handlers.class); LogCapture log = LogCapture.start()) {
			fail(server, "/mistaken");
			assertThat(warnings(log)).hasSize(SESSIONS)
				.allSatisfy((event) -> assertThat(event.getThrowableProxy().getMessage()).isEqualTo("Mistaken"));
		}
	}

	static Stream<Throwable> failuresFromOutside() {
		return Stream.of(new IOException("reset"), new ConnectException("refused"), new ClosedChannelException(),
				new UncheckedIOException(new IOException("wrapped")),
				new IllegalStateException("twice", new RuntimeException(new IOException("wrapped"))),
				new WebSocketClientHandshakeException("Invalid handshake"), new TimeoutException("waited"),
				ReadTimeoutException.INSTANCE, new RejectedExecutionException("full"),
				new Http2Exception(Http2Error.CANCEL),
				Exceptions.multiple(new IOException("one"), new TimeoutException("two")));
	}

	@ParameterizedTest
	@MethodSource("failuresFromOutside")
	void whatStrangersCauseIsOneLine(Throwable error) {
		HandlerFailures failures = new HandlerFailures();
		try (LogCapture log = LogCapture.start()) {
			failures.log(error);
			failures.log(error);
			failures.log(new IOException("another"));
			assertThat(warnings(log)).singleElement().satisfies((event) -> {
				assertThat(event.getLevel()).isEqualTo(Level.WARN);
				assertThat(event.getThrowableProxy()).isNull();
			});
		}
	}

	static Stream<Throwable> mistakes() {
		RuntimeException circle = new RuntimeException("circle");
		circle.initCause(new RuntimeException(circle));
		return Stream.of(new IllegalStateException("own"), new NullPointerException(), circle,
				Exceptions.multiple(new IOException("one"), new IllegalStateException("own")));
	}

	@ParameterizedTest
	@MethodSource("mistakes")
	void mistakeHasItsStack(Throwable error) {
		HandlerFailures failures = new HandlerFailures();
		try (LogCapture log = LogCapture.start()) {
			failures.log(new IOException("first"));
			failures.log(error);
			failures.log(error);
			assertThat(warnings(log)).hasSize(3).filteredOn((event) -> event.getThrowableProxy() != null).hasSize(2);
		}
	}

	@Test
	void warningIsOneLineWhateverABackendSays() {
		try (LogCapture log = LogCapture.start()) {
			new HandlerFailures().log(new WebSocketClientHandshakeException("a\nb\u001b[1m" + "x".repeat(5000)));
			assertThat(log.messages()).singleElement().asString().doesNotContain("\n", "\u001b").hasSizeLessThan(1000);
		}
	}

	private static void fail(TestServer server, String path) {
		for (int i = 0; i < SESSIONS; i++) {
			try (WebSocketConnection connection = server.connect()) {
				assertThat(connection.open(path).awaitClose().code()).isEqualTo(1011);
			}
		}
	}

	private static List<ILoggingEvent> warnings(LogCapture log) {
		return log.events()
			.stream()
			.filter((event) -> event.getLevel().isGreaterOrEqual(Level.WARN))
			.filter((event) -> event.getLoggerName().startsWith("io.github.websockethttp2"))
			.toList();
	}

	private static int unusedPort() {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class Handlers {

		@Bean
		HandlerMapping mapping() {
			WebSocketHandler mistaken = (session) -> Mono.error(new IllegalStateException("Mistaken"));
			return new SimpleUrlHandlerMapping(Map.of("/refused", clientOf(refusing.port()), "/absent",
					clientOf(unusedPort()), "/mistaken", mistaken), -1);
		}

		/**
		 * What a gateway does.
		 */
		private static WebSocketHandler clientOf(int port) {
			ReactorNettyWebSocketClient client = new ReactorNettyWebSocketClient();
			URI uri = URI.create("ws://127.0.0.1:" + port + "/");
			return (session) -> client.execute(uri, (backend) -> backend.send(session.receive()));
		}

	}

}
