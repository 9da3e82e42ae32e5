package io.github.websockethttp2.server;

import java.util.List;

import io.github.websockethttp2.session.SessionRegistry;
import io.github.websockethttp2.testsupport.EchoHandlers;
import io.github.websockethttp2.testsupport.TestServer;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.web.server.reactive.context.ReactiveWebServerApplicationContext;
import org.springframework.context.Lifecycle;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.TestContextManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A context that is paused, or stopped and started again, serves as it did before.
 */
class ContextRestartTests {

	/**
	 * Spring's test framework pauses a context while a class with another one runs.
	 */
	@Test
	void contextThatTheTestFrameworkPausesServesAgain() throws Exception {
		TestContextManager first = begin(FirstOfX.class);
		ReactiveWebServerApplicationContext x = context(first);
		try (WebSocketConnection http1 = Transport.H1.connect(port(x));
				WebSocketConnection http2 = Transport.H2C.connect(port(x))) {
			List<WebSocketStream> open = List.of(http1.open("/echo"), http2.open("/echo"));
			assertServes(x);
			first.afterTestClass();
			TestContextManager other = begin(OfY.class);
			assertThat(context(other)).isNotSameAs(x);
			assertServes(context(other));
			other.afterTestClass();
			TestContextManager second = begin(SecondOfX.class);
			assertThat(context(second)).isSameAs(x);
			assertServes(x);
			// The server has gone on, and so have its sessions
			for (WebSocketStream socket : open) {
				assertEchoes(socket);
			}
			second.afterTestClass();
		}
	}

	/**
	 * What serves is not paused, as Boot's web server is not.
	 */
	@Test
	void nothingOfOursIsPaused() {
		try (TestServer server = TestServer.start(Transport.H1, EchoHandlers.class)) {
			assertThat(server.context().getBeansOfType(Lifecycle.class).values())
				.filteredOn((bean) -> bean.getClass().getName().startsWith("io.github.websockethttp2."))
				.isNotEmpty()
				.allSatisfy((bean) -> {
					assertThat(bean).isInstanceOf(SmartLifecycle.class);
					assertThat(((SmartLifecycle) bean).isPauseable()).isFalse();
				});
		}
	}

	@ParameterizedTest
	@CsvSource({ "H1, graceful", "H1, immediate", "H1_TLS, graceful", "H2C, graceful", "H2C, immediate",
			"H2, graceful" })
	void contextThatIsStoppedAndStartedServesAgain(Transport transport, String shutdown) {
		try (TestServer server = TestServer.start(transport, EchoHandlers.class, "server.shutdown=" + shutdown,
				"websocket.http2.close-timeout=200ms", "websocket.http2.max-sessions=2",
				"spring.reactor.netty.shutdown-quiet-period=0s", "spring.lifecycle.timeout-per-shutdown-phase=2s")) {
			SessionRegistry sessions = server.bean(SessionRegistry.class);
			for (int i = 0; i < 3; i++) {
				try (WebSocketConnection connection = server.connect(); WebSocketConnection idle = server.connect()) {
					WebSocketStream socket = connection.open("/echo");
					assertEchoes(socket);
					assertThat(idle.request("GET", "/").status()).isEqualTo(404);
					server.context().stop();
					assertThat(sessions.isDraining()).isTrue();
					assertThat(socket.awaitClose().code()).isEqualTo(1001);
					server.context().start();
					assertThat(sessions.isDraining()).isFalse();
				}
				await().untilAsserted(() -> {
					assertThat(sessions.getCount()).isZero();
					assertThat(sessions.getBudget().getUsed()).isZero();
				});
			}
			try (WebSocketConnection connection = server.connect()) {
				assertEchoes(connection.open("/echo"));
				assertThat(sessions.getCount()).isOne();
				assertThat(sessions.getBudget().getUsed()).isOne();
			}
		}
	}

	private static TestContextManager begin(Class<?> testClass) throws Exception {
		TestContextManager manager = new TestContextManager(testClass);
		manager.beforeTestClass();
		manager.prepareTestInstance(testClass.getDeclaredConstructor().newInstance());
		return manager;
	}

	private static ReactiveWebServerApplicationContext context(TestContextManager manager) {
		return (ReactiveWebServerApplicationContext) manager.getTestContext().getApplicationContext();
	}

	private static int port(ReactiveWebServerApplicationContext context) {
		return context.getWebServer().getPort();
	}

	private static void assertServes(ReactiveWebServerApplicationContext context) {
		for (Transport transport : List.of(Transport.H1, Transport.H2C)) {
			try (WebSocketConnection connection = transport.connect(port(context))) {
				assertEchoes(connection.open("/echo"));
			}
		}
	}

	private static void assertEchoes(WebSocketStream socket) {
		socket.sendText("hello");
		assertThat(socket.awaitText()).isEqualTo("hello");
	}

	@SpringBootTest(classes = Application.class, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
			properties = { "context=x", "spring.reactor.netty.shutdown-quiet-period=0s" })
	static class FirstOfX {

	}

	@SpringBootTest(classes = Application.class, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
			properties = { "context=y", "spring.reactor.netty.shutdown-quiet-period=0s" })
	static class OfY {

	}

	@SpringBootTest(classes = Application.class, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
			properties = { "context=x", "spring.reactor.netty.shutdown-quiet-period=0s" })
	static class SecondOfX {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(excludeName = {
			"org.springframework.boot.security.autoconfigure.web.reactive.ReactiveWebSecurityAutoConfiguration",
			"org.springframework.boot.security.autoconfigure.actuate.web.reactive.ReactiveManagementWebSecurityAutoConfiguration" })
	@Import(EchoHandlers.class)
	static class Application {

	}

}
