package io.github.websockethttp2.autoconfigure;

import java.lang.reflect.Field;

import org.junit.jupiter.api.Test;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.context.support.DefaultLifecycleProcessor;
import org.springframework.util.ReflectionUtils;
import org.springframework.web.cors.reactive.CorsConfigurationSource;
import org.springframework.web.cors.reactive.CorsWebFilter;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WebSocketHttp2RuntimeHints}.
 */
class WebSocketHttp2RuntimeHintsTests {

	private final RuntimeHints hints = new RuntimeHints();

	@Test
	void fieldsThatAreReadAreHinted() {
		new WebSocketHttp2RuntimeHints().registerHints(this.hints, getClass().getClassLoader());
		assertHinted(ReflectionUtils.findField(CorsWebFilter.class, null, CorsConfigurationSource.class));
		assertHinted(ReflectionUtils.findField(DefaultLifecycleProcessor.class, "timeoutPerShutdownPhase"));
		assertHinted(ReflectionUtils.findField(DefaultLifecycleProcessor.class, "timeoutsForShutdownPhases"));
	}

	private void assertHinted(Field field) {
		assertThat(RuntimeHintsPredicates.reflection().onFieldAccess(field)).accepts(this.hints);
	}

}
