package io.github.websockethttp2.handshake;

import org.junit.jupiter.api.Test;

import org.springframework.web.cors.reactive.CorsConfigurationSource;
import org.springframework.web.cors.reactive.CorsWebFilter;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CorsFilterSource}.
 */
class CorsFilterSourceTests {

	@Test
	void filterKeepsItsSourceInItsOnlyFieldOfThatType() {
		CorsConfigurationSource source = (exchange) -> null;
		assertThat(CorsFilterSource.of(new CorsWebFilter(source))).containsExactly(source);
	}

}
