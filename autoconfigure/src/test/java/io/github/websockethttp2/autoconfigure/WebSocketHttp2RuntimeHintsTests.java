package io.github.websockethttp2.autoconfigure;

import java.lang.reflect.Field;
import java.lang.reflect.Method;

import io.github.websockethttp2.observation.SessionTrace;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.handler.TracingObservationHandler.TracingContext;
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

	@Test
	void traceIsHintedSinceItIsUsedByName() throws Exception {
		new WebSocketHttp2RuntimeHints().registerHints(this.hints, getClass().getClassLoader());
		assertThat(SessionTrace.TRACING_CONTEXT).isEqualTo(TracingContext.class.getName());
		assertThat(RuntimeHintsPredicates.reflection().onConstructorInvocation(TracingContext.class.getConstructor()))
			.accepts(this.hints);
		for (Method accessor : new Method[] { TracingContext.class.getMethod("getSpan"),
				TracingContext.class.getMethod("setSpan", Span.class) }) {
			assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(accessor)).accepts(this.hints);
		}
	}

	private void assertHinted(Field field) {
		assertThat(RuntimeHintsPredicates.reflection().onFieldAccess(field)).accepts(this.hints);
	}

}
