package io.github.websockethttp2.observation;

import ch.qos.logback.classic.Level;
import io.github.websockethttp2.testsupport.EchoHandlers;
import io.github.websockethttp2.testsupport.LogCapture;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketStream;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.tck.TestObservationRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What is observed of a session: its handshake, and its messages if the property says so.
 */
class MessageObservationsTests {

	@RegisterExtension
	static final TestServers SERVERS = new TestServers(Application.class);

	@RegisterExtension
	static final TestServers OBSERVING = new TestServers(Application.class,
			"websocket.http2.observation.messages=true");

	@RegisterExtension
	static final TestServers OWN_CONVENTION = new TestServers(OwnConvention.class,
			"websocket.http2.observation.messages=true");

	@AfterEach
	void awaitEnd() {
		SERVERS.awaitNoSessions();
		OBSERVING.awaitNoSessions();
		OWN_CONVENTION.awaitNoSessions();
	}

	@RegisterExtension
	static final TestServers THROWING = new TestServers(ThrowingConvention.class,
			"websocket.http2.observation.messages=true");

	@ParameterizedTest
	@EnumSource(Transport.class)
	void onlyTheHandshakeIsObservedByDefault(Transport transport) {
		TestObservationRegistry registry = echo(SERVERS, transport);
		await().untilAsserted(() -> assertThat(registry).hasObservationWithNameEqualTo("http.server.requests")
			.that()
			.hasBeenStopped()
			.hasLowCardinalityKeyValue("status", (transport.isHttp2()) ? "200" : "101")
			.hasLowCardinalityKeyValue("method", "GET")
			.hasLowCardinalityKeyValue("uri", "/echo")
			.hasHighCardinalityKeyValueWithKey("websocket.session.id"));
		assertThat(registry).hasNumberOfObservationsEqualTo(1);
	}

	@ParameterizedTest
	@EnumSource(Transport.class)
	void messagesAreObservedIfThePropertySaysSo(Transport transport) {
		TestObservationRegistry registry = echo(OBSERVING, transport);
		for (String direction : new String[] { "received", "sent" }) {
			assertThat(registry)
				.hasAnObservation((observation) -> observation.hasNameEqualTo("websocket.server.message")
					.hasContextualNameEqualTo("websocket " + direction + " /echo")
					.hasLowCardinalityKeyValue("uri", "/echo")
					.hasLowCardinalityKeyValue("protocol", transport.httpVersion())
					.hasLowCardinalityKeyValue("direction", direction)
					.hasLowCardinalityKeyValue("type", "text")
					.hasHighCardinalityKeyValue("websocket.message.size", "5")
					.hasHighCardinalityKeyValueWithKey("websocket.session.id"));
		}
		assertThat(registry).hasNumberOfObservationsWithNameEqualTo("websocket.server.message", 2);
	}

	@ParameterizedTest
	@EnumSource(Transport.class)
	void conventionOfTheApplicationReplacesTheDefault(Transport transport) {
		TestObservationRegistry registry = echo(OWN_CONVENTION, transport);
		assertThat(registry).hasObservationWithNameEqualTo("chat.message")
			.that()
			.hasOnlyKeys("size")
			.hasLowCardinalityKeyValue("size", "small");
		assertThat(registry).doesNotHaveAnyRemainingCurrentObservation();
	}

	@ParameterizedTest
	@EnumSource(names = { "H1", "H2C" })
	void conventionThatThrowsHarmsNoSession(Transport transport) {
		THROWING.server(transport);
		try (LogCapture log = LogCapture.start(GuardedMeters.class.getName(), Level.WARN)) {
			echo(THROWING, transport);
			echo(THROWING, transport);
			assertThat(log.messages()).hasSizeLessThanOrEqualTo(1);
		}
	}

	private static TestObservationRegistry echo(TestServers servers, Transport transport) {
		TestObservationRegistry registry = servers.server(transport).bean(TestObservationRegistry.class);
		registry.clear();
		try (WebSocketConnection connection = servers.connect(transport)) {
			WebSocketStream stream = connection.open("/echo");
			stream.sendText("hello");
			assertThat(stream.awaitText()).isEqualTo("hello");
			stream.sendClose(1000, "");
			stream.awaitClose();
		}
		servers.awaitNoSessions();
		return registry;
	}

	@Configuration(proxyBeanMethods = false)
	@Import(EchoHandlers.class)
	static class Application {

		@Bean
		TestObservationRegistry observationRegistry() {
			return TestObservationRegistry.create();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Application.class)
	static class OwnConvention {

		@Bean
		MessageObservationConvention convention() {
			return new MessageObservationConvention() {

				@Override
				public String getName() {
					return "chat.message";
				}

				@Override
				public KeyValues getLowCardinalityKeyValues(MessageObservationContext context) {
					return KeyValues.of(KeyValue.of("size", (context.getSize() < 1024) ? "small" : "big"));
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Application.class)
	static class ThrowingConvention {

		@Bean
		MessageObservationConvention convention() {
			return new MessageObservationConvention() {

				@Override
				public String getName() {
					throw new NoClassDefFoundError("mine");
				}

			};
		}

	}

}
