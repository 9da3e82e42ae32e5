package io.github.websockethttp2.benchmarks;

import java.util.List;

import io.github.websockethttp2.benchmarks.process.Jvm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Servers are named with their versions of HTTP and with variants of their virtual
 * machine.
 */
class ContenderTests {

	@Test
	void namesBecomeRows() {
		assertThat(titles("ours", "ours+noleak:h2", "ours+jdk25+unsafe:h1", "loop", "node")).containsExactly(
				"WebFlux with the starter, HTTP/2", "WebFlux with the starter, HTTP/1.1",
				"WebFlux with the starter, no leak detection, HTTP/2",
				"WebFlux with the starter, Java 25, Unsafe allowed, HTTP/1.1", "hand-written loop, HTTP/2",
				"Node ws, HTTP/1.1");
	}

	@Test
	void nodeHasNoVirtualMachine() {
		assertThatIllegalArgumentException().isThrownBy(() -> titles("node+noleak"));
	}

	@ParameterizedTest
	@EnumSource
	void variantsComeLast(Variant variant) {
		Options options = Options.parse(List.of("--java25", "/other"));
		Jvm own = Arena.jvm(options, "1g");
		List<String> command = variant.applyTo(own, options).command();
		assertThat(command.get(0))
			.startsWith((variant == Variant.JDK25) ? "/other/bin/" : System.getProperty("java.home"));
		assertThat(command).containsSubsequence(own.arguments());
		if (variant != Variant.JDK25) {
			assertThat(command).hasSizeGreaterThan(own.command().size());
		}
	}

	@Test
	void variantsHaveTheNamesOfTheReadme() {
		assertThat(List.of("noleak", "xmx512", "lowmemory-off", "tcnative", "jdk25", "unsafe")).map(Variant::of)
			.containsExactly(Variant.values());
	}

	private static List<String> titles(String... names) {
		return Contender.of(List.of(names)).stream().map(Contender::title).toList();
	}

}
