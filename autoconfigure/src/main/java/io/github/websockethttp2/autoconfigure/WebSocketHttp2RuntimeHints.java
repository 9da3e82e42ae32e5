package io.github.websockethttp2.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.context.support.DefaultLifecycleProcessor;
import org.springframework.web.cors.reactive.CorsWebFilter;

/**
 * Registers the fields that are read because Spring has no accessors for them: the rules
 * of a CORS filter, and the timeouts of a shutdown.
 */
class WebSocketHttp2RuntimeHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		hints.reflection()
			.registerType(CorsWebFilter.class, MemberCategory.ACCESS_DECLARED_FIELDS)
			.registerType(DefaultLifecycleProcessor.class, MemberCategory.ACCESS_DECLARED_FIELDS);
	}

}
