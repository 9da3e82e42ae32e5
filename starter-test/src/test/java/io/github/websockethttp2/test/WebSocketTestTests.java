package io.github.websockethttp2.test;

import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.EventConditions;
import org.junit.platform.testkit.engine.Events;
import org.junit.platform.testkit.engine.TestExecutionResultConditions;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.tomcat.reactive.TomcatReactiveWebServerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.annotation.DirtiesContext.ClassMode;
import org.springframework.web.reactive.config.WebFluxConfigurer;
import org.springframework.web.reactive.socket.server.WebSocketService;
import org.springframework.web.reactive.socket.server.support.HandshakeWebSocketService;
import org.springframework.web.reactive.socket.server.upgrade.StandardWebSocketUpgradeStrategy;

/**
 * Tests for {@link WebSocketTest}, by tests that JUnit runs inside of these.
 */
class WebSocketTestTests {

	@Test
	void transportsThatAreSwitchedOffAreSkippedAndSaidSo() {
		Events tests = run(SwitchedOff.class);
		tests.finished()
			.assertThatEvents()
			.haveExactly(1, EventConditions.event(EventConditions.displayName("over HTTP/1.1"),
					EventConditions.finishedSuccessfully()));
		for (String name : new String[] { "h2c", "h2" }) {
			tests.aborted()
				.assertThatEvents()
				.haveExactly(1,
						EventConditions.event(EventConditions.displayName("over " + name),
								EventConditions.abortedWithReason(
										TestExecutionResultConditions.instanceOf(TestAbortedException.class),
										TestExecutionResultConditions
											.message("Not over " + name + ": websocket.http2.enabled is false"))));
		}
		tests.failed()
			.assertThatEvents()
			.haveExactly(1,
					EventConditions.event(EventConditions.displayName("over h2"),
							EventConditions.finishedWithFailure(
									TestExecutionResultConditions.instanceOf(AssertionFailedError.class),
									TestExecutionResultConditions
										.message("The test has to run over h2, but websocket.http2.enabled is false"))))
			.hasSize(1);
	}

	@Test
	void otherServersHaveHttp1Only() {
		Events tests = run(OnTomcat.class);
		tests.finished()
			.assertThatEvents()
			.haveExactly(1, EventConditions.event(EventConditions.displayName("over HTTP/1.1"),
					EventConditions.finishedSuccessfully()));
		tests.aborted()
			.assertThatEvents()
			.hasSize(2)
			.haveExactly(1, EventConditions
				.event(EventConditions.displayName("over h2"), EventConditions.abortedWithReason(
						TestExecutionResultConditions.message("Not over h2: the web server is not Reactor Netty"))));
		tests.succeeded().assertThatEvents().hasSize(2);
	}

	@Test
	void http2ThatDoesNotWorkFails() {
		run(LosesTheSetting.class).failed().assertThatEvents().hasSize(2);
	}

	@Test
	void mockEnvironmentSaysWhatIsMissing() {
		run(Mock.class).failed()
			.assertThatEvents()
			.hasSize(1)
			.haveExactly(1,
					EventConditions.event(EventConditions.finishedWithFailure(
							TestExecutionResultConditions.instanceOf(IllegalStateException.class),
							TestExecutionResultConditions.message((text) -> text
								.startsWith("A WebSocketTestClient needs a server that runs: @SpringBootTest")))));
	}

	@Test
	void missingAnnotationIsNamed() {
		run(WithoutAnnotation.class).failed()
			.assertThatEvents()
			.hasSize(3)
			.haveExactly(3, EventConditions.event(EventConditions.finishedWithFailure(TestExecutionResultConditions
				.message((text) -> text.endsWith("is the class annotated with @AutoConfigureWebSocketTestClient?")))));
	}

	@Test
	void eachContextHasItsOwnServers() {
		run(Dirty.class).assertStatistics((statistics) -> statistics.succeeded(6));
	}

	@Test
	void classesMayRunAtTheSameTime() {
		EngineTestKit.engine("junit-jupiter")
			.configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
			.configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
			.configurationParameter("junit.jupiter.execution.parallel.config.fixed.parallelism", "2")
			.selectors(DiscoverySelectors.selectClass(OneOfTwo.class), DiscoverySelectors.selectClass(OtherOfTwo.class))
			.execute()
			.testEvents()
			.assertStatistics((statistics) -> statistics.succeeded(2));
	}

	private static Events run(Class<?> test) {
		return EngineTestKit.engine("junit-jupiter")
			.selectors(DiscoverySelectors.selectClass(test))
			.execute()
			.testEvents();
	}

	@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = "websocket.http2.enabled=false")
	@AutoConfigureWebSocketTestClient
	static class SwitchedOff {

		@WebSocketTest
		void all(WebSocketTestClient client) {
			client.connect("/echo").expectOpen().send("a").expectText("a");
		}

		@WebSocketTest(Transport.H2)
		void named(WebSocketTestClient client) {
			client.connect("/echo").expectOpen();
		}

	}

	@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
	@AutoConfigureWebSocketTestClient
	@Import(OnTomcat.Server.class)
	static class OnTomcat {

		@WebSocketTest
		void all(WebSocketTestClient client) {
			client.connect("/echo").expectOpen().send("a").expectText("a").close(1000).expectClosed(1000);
		}

		@Test
		void one(WebSocketTestClient client) {
			client.connect("/echo").expectOpen().send("a").expectText("a");
		}

		@TestConfiguration(proxyBeanMethods = false)
		static class Server implements WebFluxConfigurer {

			/**
			 * Otherwise Spring takes that of Reactor Netty, which is on the class path.
			 */
			@Override
			public WebSocketService getWebSocketService() {
				return new HandshakeWebSocketService(new StandardWebSocketUpgradeStrategy());
			}

			@Bean
			TomcatReactiveWebServerFactory tomcat() {
				return new TomcatReactiveWebServerFactory();
			}

		}

	}

	@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
			properties = "spring.autoconfigure.exclude=io.github.websockethttp2.autoconfigure."
					+ "WebSocketHttp2ServerAutoConfiguration")
	@AutoConfigureWebSocketTestClient
	static class LosesTheSetting {

		@WebSocketTest({ Transport.H2C, Transport.H2 })
		void all(WebSocketTestClient client) {
			client.connect("/echo").expectOpen();
		}

	}

	@SpringBootTest
	@AutoConfigureWebSocketTestClient
	static class Mock {

		@Test
		void connects(WebSocketTestClient client) {
			client.connect("/echo");
		}

	}

	@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
	static class WithoutAnnotation {

		@WebSocketTest
		void all(WebSocketTestClient client) {
			client.connect("/echo");
		}

	}

	@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
	@AutoConfigureWebSocketTestClient
	@DirtiesContext(classMode = ClassMode.AFTER_EACH_TEST_METHOD)
	static class Dirty {

		@WebSocketTest
		void one(WebSocketTestClient client) {
			client.connect("/echo").expectOpen().send("a").expectText("a");
		}

		@WebSocketTest
		void other(WebSocketTestClient client) {
			client.connect("/echo").expectOpen().send("b").expectText("b");
		}

	}

	/**
	 * Each holds a socket of the same application while the other's test ends.
	 */
	private static final class Both {

		static final CyclicBarrier BARRIER = new CyclicBarrier(2);

		static void meet() throws Exception {
			BARRIER.await(30, TimeUnit.SECONDS);
		}

	}

	@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
	@AutoConfigureWebSocketTestClient
	@Execution(ExecutionMode.CONCURRENT)
	static class OneOfTwo {

		@WebSocketTest(Transport.H2C)
		void ends(WebSocketTestClient client) throws Exception {
			client.connect("/echo").expectOpen();
			Both.meet();
		}

	}

	@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
	@AutoConfigureWebSocketTestClient
	@Execution(ExecutionMode.CONCURRENT)
	static class OtherOfTwo {

		@WebSocketTest(Transport.HTTP_1_1)
		void goesOn(WebSocketTestClient client) throws Exception {
			WebSocketTestSession session = client.connect("/echo").expectOpen();
			Both.meet();
			session.send("a").expectText("a").close(1000).expectClosed(1000);
		}

	}

}
