package io.github.websockethttp2.observation;

import java.util.concurrent.TimeUnit;

import ch.qos.logback.classic.Level;
import io.github.websockethttp2.server.WebSocketMapping;
import io.github.websockethttp2.session.SessionRegistry;
import io.github.websockethttp2.session.WebSocketTransport.Protocol;
import io.github.websockethttp2.testsupport.FakeSession;
import io.github.websockethttp2.testsupport.LogCapture;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketStream;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketHandler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link SessionMeters}.
 */
class SessionMetersTests {

	@Nested
	class OfARegistry {

		private final SessionRegistry sessions = new SessionRegistry(10);

		private final MeterRegistry registry = new SimpleMeterRegistry();

		OfARegistry() {
			new SessionMeters(this.sessions).bindTo(this.registry);
		}

		@Test
		void countsWhatIsOpenByPatternAndProtocol() {
			FakeSession first = new FakeSession("/a/{b}", Protocol.HTTP_2, null);
			this.sessions.opened(first);
			this.sessions.opened(new FakeSession("/a/{b}", Protocol.HTTP_2, null));
			this.sessions.opened(new FakeSession("/a/{b}", Protocol.HTTP_1_1, null));
			this.sessions.opened(new FakeSession("/c", Protocol.HTTP_2, null));
			assertThat(active("/a/{b}", "HTTP/2")).isEqualTo(2);
			assertThat(active("/a/{b}", "HTTP/1.1")).isEqualTo(1);
			assertThat(active("/c", "HTTP/2")).isEqualTo(1);
			end(first, new CloseStatus(1000));
			assertThat(active("/a/{b}", "HTTP/2")).isEqualTo(1);
			assertThat(active("/a/{b}", "HTTP/1.1")).isEqualTo(1);
		}

		@Test
		void countsWhateverSubscribersOfTheEventsThrow() {
			this.sessions.events().subscribe((event) -> {
				throw new NoClassDefFoundError("As ordered");
			});
			FakeSession session = new FakeSession("/a");
			this.sessions.opened(session);
			this.sessions.opened(new FakeSession("/a"));
			end(session, new CloseStatus(1000));
			assertThat(active("/a", "HTTP/2")).isEqualTo(1);
			assertThat(this.registry.get("websocket.server.sessions").timer().count()).isEqualTo(1);
		}

		@Test
		void registryThatThrowsIsLoggedOnceAndHarmsNoOther() {
			SimpleMeterRegistry throwing = new SimpleMeterRegistry();
			throwing.config().meterFilter(new MeterFilter() {

				@Override
				public MeterFilterReply accept(Meter.Id id) {
					throw new NoClassDefFoundError("As ordered");
				}

			});
			new SessionMeters(this.sessions).bindTo(throwing);
			try (LogCapture log = LogCapture.start("io.github.websockethttp2", Level.WARN)) {
				FakeSession session = new FakeSession("/a");
				this.sessions.opened(session);
				this.sessions.opened(new FakeSession("/b"));
				end(session, new CloseStatus(1000));
				assertThat(log.messages()).hasSize(1);
			}
			assertThat(active("/a", "HTTP/2")).isZero();
			assertThat(active("/b", "HTTP/2")).isOne();
			assertThat(this.registry.get("websocket.server.sessions").timer().count()).isOne();
		}

		@Test
		void mappingWithoutPatternIsUnknown() {
			this.sessions.opened(new FakeSession(""));
			assertThat(active("UNKNOWN", "HTTP/2")).isEqualTo(1);
		}

		/**
		 * Time series must not be a client's to make.
		 */
		@ParameterizedTest
		@CsvSource({ "1000,1000", "1006,1006", "1011,1011", "3000,3000", "3001,3xxx", "3999,3xxx", "4000,4xxx",
				"4999,4xxx" })
		void timesWhatHasEndedByCloseCode(int code, String status) {
			FakeSession session = new FakeSession("/a");
			this.sessions.opened(session);
			end(session, new CloseStatus(code));
			assertThat(this.registry.get("websocket.server.sessions").tag("status", status).timer())
				.satisfies((timer) -> {
					assertThat(timer.count()).isEqualTo(1);
					assertThat(timer.totalTime(TimeUnit.DAYS)).isGreaterThan(1);
					assertThat(timer.getId().getTag("uri")).isEqualTo("/a");
					assertThat(timer.getId().getTag("protocol")).isEqualTo("HTTP/2");
				});
		}

		private double active(String uri, String protocol) {
			return this.registry.get("websocket.server.sessions.active")
				.tags("uri", uri, "protocol", protocol)
				.gauge()
				.value();
		}

		private void end(FakeSession session, CloseStatus status) {
			session.close(status).block(Waiting.TIMEOUT);
			this.sessions.ended(session);
		}

	}

	@Nested
	class OfAServer {

		@RegisterExtension
		static final TestServers servers = new TestServers(Handlers.class);

		@ParameterizedTest
		@EnumSource
		void metersSessionsByPattern(Transport transport) {
			MeterRegistry registry = servers.server(transport).bean(MeterRegistry.class);
			String[] tags = { "uri", "/rooms/{room}", "protocol", transport.httpVersion() };
			try (WebSocketConnection connection = servers.connect(transport)) {
				WebSocketStream socket = connection.open("/rooms/blue");
				await().ignoreExceptions()
					.untilAsserted(() -> assertThat(
							registry.get("websocket.server.sessions.active").tags(tags).gauge().value())
						.isEqualTo(1));
				socket.sendClose(1000, "");
				await().ignoreExceptions()
					.untilAsserted(() -> assertThat(
							registry.get("websocket.server.sessions").tags(tags).tag("status", "1000").timer().count())
						.isEqualTo(1));
				assertThat(registry.get("websocket.server.sessions.active").tags(tags).gauge().value()).isZero();
			}
			assertThat(registry.getMeters()).extracting(Meter::getId)
				.filteredOn((id) -> id.getName().startsWith("websocket.server.sessions"))
				.allSatisfy((id) -> assertThat(id.getTag("uri")).isEqualTo("/rooms/{room}"));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Handlers {

		@Bean
		@WebSocketMapping("/rooms/{room}")
		WebSocketHandler room() {
			return (session) -> session.receive().then();
		}

	}

}
