package io.github.websockethttp2.server.http2;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.netty.http.Http2SettingsSpec;

import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Http2SettingsMerger}. They go over whatever Reactor Netty has, so that
 * a field which a new version adds is not lost unnoticed.
 */
class Http2SettingsMergerTests {

	/** Fields that Reactor Netty has a getter for but does not let anyone set. */
	private static final Set<String> READ_ONLY = Set.of("pushEnabled");

	private static final Http2SettingsSpec DEFAULTS = Http2SettingsSpec.builder().build();

	@ParameterizedTest
	@MethodSource("getters")
	void testSetsEveryField(Method getter) {
		assertThat(get(getter, full(0)))
			.as("Http2SettingsSpec.%s() has the default: Reactor Netty has a field that this test cannot set",
					getter.getName())
			.isNotEqualTo(get(getter, DEFAULTS));
	}

	@ParameterizedTest
	@MethodSource("getters")
	void copiesEveryField(Method getter) {
		Http2SettingsSpec full = full(0);
		Http2SettingsSpec.Builder copy = Http2SettingsSpec.builder();
		Http2SettingsMerger.copy(full, copy);
		assertThat(get(getter, copy.build())).as("Http2SettingsMerger.copy() has to copy %s", getter.getName())
			.isEqualTo(get(getter, full));
	}

	@Test
	void copyEqualsOriginal() {
		Http2SettingsSpec full = full(0);
		Http2SettingsSpec.Builder copy = Http2SettingsSpec.builder();
		Http2SettingsMerger.copy(full, copy);
		assertThat(copy.build()).isEqualTo(full);
	}

	@Test
	void copyOfDefaultsSetsNothing() {
		Http2SettingsSpec.Builder copy = Http2SettingsSpec.builder();
		Http2SettingsMerger.copy(DEFAULTS, copy);
		assertThat(copy.build()).isEqualTo(DEFAULTS);
	}

	@Test
	void nothingOverNothingIsTheDefault() {
		assertThat(Http2SettingsMerger.merge(null, null)).isEqualTo(DEFAULTS);
	}

	@Test
	void whatIsNotSetAboveShowsThrough() {
		assertThat(Http2SettingsMerger.merge(full(0), null)).isEqualTo(full(0));
		assertThat(Http2SettingsMerger.merge(full(0), DEFAULTS)).isEqualTo(full(0));
	}

	@Test
	void whatIsSetAboveCovers() {
		assertThat(Http2SettingsMerger.merge(null, full(0))).isEqualTo(full(0));
		assertThat(Http2SettingsMerger.merge(full(1), full(0))).isEqualTo(full(0));
	}

	@ParameterizedTest
	@MethodSource("setters")
	void oneFieldSetAboveCoversNoOther(Method setter) {
		Http2SettingsSpec.Builder one = Http2SettingsSpec.builder();
		set(setter, one, 1);
		Http2SettingsSpec.Builder expected = Http2SettingsSpec.builder();
		setters().filter((other) -> !other.equals(setter)).forEach((other) -> set(other, expected, 0));
		set(setter, expected, 1);
		assertThat(Http2SettingsMerger.merge(full(0), one.build())).usingRecursiveComparison()
			.isEqualTo(expected.build());
	}

	@Test
	void connectProtocolCanBeSwitchedOffAbove() {
		Http2SettingsSpec on = Http2SettingsSpec.builder().connectProtocolEnabled(true).build();
		Http2SettingsSpec off = Http2SettingsSpec.builder().connectProtocolEnabled(false).build();
		assertThat(Http2SettingsMerger.merge(on, off).connectProtocolEnabled()).isFalse();
		assertThat(Http2SettingsMerger.merge(off, on).connectProtocolEnabled()).isTrue();
	}

	static Stream<Method> getters() {
		return Arrays.stream(Http2SettingsSpec.class.getMethods())
			.filter((method) -> method.getDeclaringClass() == Http2SettingsSpec.class)
			.filter((method) -> !Modifier.isStatic(method.getModifiers()) && method.getParameterCount() == 0)
			.filter((method) -> !method.getName().equals("hashCode") && !READ_ONLY.contains(method.getName()))
			.sorted(Comparator.comparing(Method::getName));
	}

	static Stream<Method> setters() {
		return Arrays.stream(Http2SettingsSpec.Builder.class.getMethods())
			.filter((method) -> method.getParameterCount() > 0)
			.sorted(Comparator.comparing(Method::getName));
	}

	/**
	 * Settings with a value of its own in every field.
	 * @param variant values of another variant differ, too
	 */
	private static Http2SettingsSpec full(int variant) {
		Http2SettingsSpec.Builder builder = Http2SettingsSpec.builder();
		setters().forEach((setter) -> set(setter, builder, variant));
		return builder.build();
	}

	private static void set(Method setter, Http2SettingsSpec.Builder builder, int variant) {
		List<String> names = setters().map(Method::getName).toList();
		// Big enough for a frame size, and above the number of concurrent streams
		int base = 20_000 + 1000 * variant + 10 * names.indexOf(setter.getName());
		Object[] values = new Object[setter.getParameterCount()];
		for (int i = 0; i < values.length; i++) {
			values[i] = value(setter.getParameterTypes()[i], base + i, variant);
		}
		ReflectionUtils.invokeMethod(setter, builder, values);
	}

	private static Object value(Class<?> type, int number, int variant) {
		if (type == boolean.class) {
			return variant == 0;
		}
		if (type == int.class) {
			return number;
		}
		if (type == long.class) {
			return (long) number;
		}
		if (type == Duration.class) {
			return Duration.ofSeconds(number);
		}
		throw new AssertionError("Http2SettingsSpec.Builder has a setter of a type that is new: " + type.getName());
	}

	private static Object get(Method getter, Http2SettingsSpec settings) {
		return ReflectionUtils.invokeMethod(getter, settings);
	}

}
