package io.github.websockethttp2.handshake;

import java.lang.reflect.Field;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.util.ReflectionUtils;
import org.springframework.web.cors.reactive.CorsConfigurationSource;
import org.springframework.web.cors.reactive.CorsWebFilter;

/**
 * Reads the rules of a {@link CorsWebFilter}, which has no accessor for them. They
 * distinguish an origin that the filter names from one that it merely lets through. If
 * the field cannot be read, as perhaps in a later version, only rules that allow
 * credentials count, which is safe. {@code CorsFilterSourceTests} fails when the field
 * changes.
 */
final class CorsFilterSource {

	private static final @Nullable Field FIELD = field();

	private CorsFilterSource() {
	}

	static Stream<CorsConfigurationSource> of(CorsWebFilter filter) {
		return (FIELD != null) ? Stream.ofNullable((CorsConfigurationSource) ReflectionUtils.getField(FIELD, filter))
				: Stream.empty();
	}

	private static @Nullable Field field() {
		Field field = ReflectionUtils.findField(CorsWebFilter.class, null, CorsConfigurationSource.class);
		return (field != null && field.trySetAccessible()) ? field : null;
	}

}
