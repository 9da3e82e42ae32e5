package io.github.websockethttp2.server;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class PackedStringsTests {

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 127, 128, 129, 255, 256, 16_383, 16_384, 100_000 })
	void stringsOfAnyLengthComeBack(int length) {
		assertComesBack(
				List.of("before", "x".repeat(length), "", "\u00e9\u20ac\ud83d\ude00".repeat(length / 4), "behind"));
	}

	@Test
	void nothingComesBackAsNothing() {
		assertComesBack(List.of());
		assertThatExceptionOfType(NoSuchElementException.class)
			.isThrownBy(() -> new PackedStrings(PackedStrings.builder().build()).next());
	}

	private static void assertComesBack(List<String> strings) {
		PackedStrings.Builder builder = PackedStrings.builder();
		strings.forEach(builder::add);
		List<String> unpacked = new ArrayList<>();
		new PackedStrings(builder.build()).forEachRemaining(unpacked::add);
		assertThat(unpacked).isEqualTo(strings);
	}

}
