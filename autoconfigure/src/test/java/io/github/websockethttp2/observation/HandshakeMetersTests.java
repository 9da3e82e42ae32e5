package io.github.websockethttp2.observation;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.github.websockethttp2.server.WebSocketMapping;
import io.github.websockethttp2.testsupport.Often;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.socket.WebSocketHandler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link HandshakeMeters}.
 */
class HandshakeMetersTests {

	private static final String NAME = "websocket.server.handshakes";

	/** For each of two transports, with the other half of the hostile handshakes. */
	private static final int HOSTILE = Often.times(500, 5000);

	@RegisterExtension
	static final TestServers servers = new TestServers(Handlers.class);

	@ParameterizedTest
	@EnumSource
	void countsByOutcome(Transport transport) {
		MeterRegistry registry = servers.server(transport).bean(MeterRegistry.class);
		String[] room = { "uri", "/rooms/{room}", "protocol", transport.httpVersion() };
		double accepted = count(registry, room, "accepted", "none");
		double refused = count(registry, room, "refused", "origin");
		try (WebSocketConnection connection = servers.connect(transport)) {
			connection.open("/rooms/blue");
		}
		try (WebSocketConnection connection = servers.connect(transport)) {
			connection.handshake("/rooms/blue", "origin", "https://evil.example");
		}
		await().untilAsserted(() -> {
			assertThat(count(registry, room, "accepted", "none")).isEqualTo(accepted + 1);
			assertThat(count(registry, room, "refused", "origin")).isEqualTo(refused + 1);
		});
	}

	/**
	 * Time series must not be a client's to make.
	 */
	@ParameterizedTest
	@EnumSource(names = { "H1", "H2C" })
	@Timeout(value = 3, unit = TimeUnit.MINUTES)
	void hostileHandshakesMakeNoTimeSeries(Transport transport) {
		MeterRegistry registry = servers.server(transport).bean(MeterRegistry.class);
		double before = total(registry);
		Random random = new Random(42);
		for (int i = 0; i < HOSTILE; i += 100) {
			try (WebSocketConnection connection = servers.connect(transport)) {
				IntStream.range(0, 100)
					.forEach((j) -> attack(connection, j % 3, Integer.toString(random.nextInt(), 36)));
			}
		}
		await().untilAsserted(() -> assertThat(total(registry)).isEqualTo(before + HOSTILE));
		assertThat(registry.find(NAME).counters()).hasSizeLessThan(20);
	}

	private static void attack(WebSocketConnection connection, int kind, String made) {
		switch (kind) {
			case 0 -> connection.handshake("/" + made + "?" + made, "origin", "https://" + made + ".example");
			case 1 -> connection.handshake("/rooms/" + made, "origin", "https://" + made + ".example");
			default -> connection.handshake("/rooms/" + made, "sec-websocket-version", made);
		}
	}

	private static double total(MeterRegistry registry) {
		return registry.find(NAME).counters().stream().mapToDouble(Counter::count).sum();
	}

	private static double count(MeterRegistry registry, String[] tags, String outcome, String reason) {
		Counter counter = registry.find(NAME).tags(tags).tags("outcome", outcome, "reason", reason).counter();
		return (counter != null) ? counter.count() : 0;
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
