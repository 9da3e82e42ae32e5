package io.github.websockethttp2.actuate;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.http.HttpHeaders;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PrintableOrigin}.
 */
class PrintableOriginTests {

	@ParameterizedTest
	@CsvSource({ "https://evil.example, https://evil.example", "http://[::1]:8080, http://[::1]:8080", "null, null",
			"https://evil.example/?token=secret, https://evil.example",
			"https://evil.example#token=secret, https://evil.example",
			"https://user:secret@evil.example, https://evil.example", "Bearer secret, not an origin",
			"https://evil\u00e4\u001b[31m.example, not an origin", "https://user:pa/ss@evil.example, not an origin",
			"token=secret https://evil.example, not an origin" })
	void showsSchemeAndHostOnly(String origin, String shown) {
		HttpHeaders headers = new HttpHeaders();
		headers.add("Origin", origin);
		assertThat(PrintableOrigin.of(headers)).isEqualTo(shown);
	}

	@Test
	void cutsWhatIsTooLong() {
		HttpHeaders headers = new HttpHeaders();
		headers.add("Origin", "https://" + "a".repeat(5000));
		assertThat(PrintableOrigin.of(headers)).hasSizeLessThan(210).endsWith("...");
	}

	@Test
	void thereMayBeNoneOrTwo() {
		HttpHeaders headers = new HttpHeaders();
		assertThat(PrintableOrigin.of(headers)).isEqualTo("none");
		headers.add("Origin", "https://a.example");
		headers.add("Origin", "https://b.example");
		assertThat(PrintableOrigin.of(headers)).isEqualTo("not an origin");
	}

}
