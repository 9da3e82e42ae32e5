package io.github.websockethttp2.security;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;

import io.github.websockethttp2.testsupport.Waiting;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.web.server.session.InMemoryWebSessionStore;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WebSessionIdentity}.
 */
class WebSessionIdentityTests {

	/**
	 * As a handshake sees it that begins the web session, and as a store such as Redis
	 * gives it back.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "2026-01-01T00:00:00Z", "2026-01-01T00:00:00.123456789Z", "2026-01-01T00:00:00.123456Z",
			"2026-01-01T00:00:00.999999999Z" })
	void survivesAStoreWithMilliseconds(String createdAt) {
		Instant created = Instant.parse(createdAt);
		assertThat(identity(created)).isEqualTo(identity(Instant.ofEpochMilli(created.toEpochMilli())));
	}

	@ParameterizedTest
	@ValueSource(longs = { 1, -1, 1000 })
	void tellsWebSessionsApart(long millis) {
		Instant created = Instant.parse("2026-01-01T00:00:00.123456789Z");
		assertThat(identity(created)).isNotEqualTo(identity(created.plusMillis(millis)));
	}

	private static WebSessionIdentity identity(Instant createdAt) {
		InMemoryWebSessionStore store = new InMemoryWebSessionStore();
		store.setClock(Clock.fixed(createdAt, ZoneOffset.UTC));
		return WebSessionIdentity.of(store.createWebSession().block(Waiting.TIMEOUT));
	}

}
