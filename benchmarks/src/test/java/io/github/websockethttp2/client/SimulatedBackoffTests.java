package io.github.websockethttp2.client;

import java.time.Duration;
import java.util.Random;

import io.github.websockethttp2.server.WebSocketUpgradeStrategy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.test.util.ReflectionTestUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * Clients that are simulated wait as long as {@link ReconnectingWebSocketClient} does.
 * Here, as its classes are not public.
 */
class SimulatedBackoffTests {

	private static final double MICROSECOND = 1e-6;

	@ParameterizedTest
	@CsvSource({ "1, 30, 0.5", "1, 30, 0", "1, 1, 0", "10, 30, 1", "30, 120, 1", "0.1, 60, 0.2" })
	void waitsAreTheSame(double first, double max, double jitter) {
		var simulated = new io.github.websockethttp2.benchmarks.scaling.Backoff(first, max, jitter);
		Random one = new Random(1);
		Random other = new Random(1);
		Backoff real = new Backoff(seconds(first), seconds(max), jitter, one::nextDouble);
		for (int failures = 1; failures <= 127; failures++) {
			for (int retryAfter : new int[] { 0, 5, 60 }) {
				assertThat(simulated.after(failures, retryAfter, other::nextDouble)).isCloseTo(
						real.after(failures, Duration.ofSeconds(retryAfter)).toNanos() / 1e9, within(MICROSECOND));
			}
		}
	}

	@Test
	void defaultsAreTheSame() {
		ReconnectingWebSocketClient client = ReconnectingWebSocketClient.builder(Http2WebSocketClient.builder().build())
			.build();
		ReconnectPolicy policy = (ReconnectPolicy) ReflectionTestUtils.getField(client, "policy");
		assertThat(policy).isNotNull();
		var simulated = io.github.websockethttp2.benchmarks.scaling.Backoff.DEFAULT;
		assertThat(policy.backoff().first()).isEqualTo(seconds(simulated.first()));
		assertThat(policy.backoff().max()).isEqualTo(seconds(simulated.max()));
		assertThat(policy.backoff().jitter()).isEqualTo(simulated.jitter());
		assertThat(policy.maxAttempts()).isEqualTo(Long.MAX_VALUE);
	}

	@Test
	void serversThatAreFullSayTheSame() {
		assertThat(ReflectionTestUtils.getField(WebSocketUpgradeStrategy.class, "RETRY_AFTER")).isEqualTo("5");
		assertThat(ReflectionTestUtils.getField(io.github.websockethttp2.benchmarks.scaling.Storm.class, "RETRY_AFTER"))
			.isEqualTo(5.0);
	}

	private static Duration seconds(double seconds) {
		return Duration.ofNanos((long) (seconds * 1e9));
	}

}
