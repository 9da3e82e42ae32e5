package io.github.websockethttp2.benchmarks.load;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Windows are those of a client that has a name, or any others.
 */
class WindowsTests {

	@ParameterizedTest
	@CsvSource({ "chromium, 6291456, 15728640", "node, 65535, 65535", "curl, 10485760, 1048576000",
			"haproxy, 16384, 65535", "100/70000, 100, 70000" })
	void haveNames(String text, int stream, int connection) {
		assertThat(Windows.of(text)).isEqualTo(new Windows(text, stream, connection));
	}

	@ParameterizedTest
	@ValueSource(strings = { "lynx", "1", "1/2/3", "1/x", "0/70000", "100/65534" })
	void areNotAnything(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> Windows.of(text));
	}

	@Test
	void connectionThatIsNotEnlargedSendsNoUpdate() {
		LoadFrameWriter writer = new LoadFrameWriter();
		writer.preface(Windows.of("node"));
		assertThat(writer.size()).isEqualTo(24 + LoadFrameWriter.HEADER + 12);
		writer.release();
	}

}
