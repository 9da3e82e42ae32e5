package io.github.websockethttp2.handshake;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Origin}.
 */
class OriginTests {

	@ParameterizedTest
	@CsvSource({ "https://app.example.com,https://app.example.com,https://app.example.com:443",
			"HTTP://My_App:80,http://my_app,http://my_app:80",
			"https://a_b.example.com:8443,https://a_b.example.com:8443,https://a_b.example.com:8443",
			"http://[2001:DB8::A]:8080,http://[2001:db8::a]:8080,http://[2001:db8::a]:8080",
			"http://host.example.,http://host.example.,http://host.example.:80",
			"chrome-extension://abc,chrome-extension://abc,chrome-extension://abc",
			"http://host:443,http://host:443,http://host:443", "file://,file://,file://" })
	void originIsSchemeHostAndPort(String value, String normal, String withPort) {
		Origin origin = Origin.parse(value);
		assertThat(origin).hasToString(normal);
		assertThat(origin).isNotNull().extracting(Origin::withPort).isEqualTo(withPort);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "null", "host", "host:80", "http:", "http://", "http:///", "http://host/",
			"http://host:", "http://host:080", "http://host:65536", "http://host:99999999999", "http://host:80:80",
			"http://host:80 ", " http://host", "http://ho st", "http://user@host", "http://user:secret@host:80",
			"http://host?a", "http://host#a", "http://a,http://b", "http://a http://b", "http://*.host", "http://[::1",
			"http://::1", "http://[::1]]", "http://[::1]80", "http://[host]", "http://ho\\st", "http://ho%73t",
			"http://h\u00f6st", "http://host\n", "://host", "1http://host", "ht tp://host" })
	void nothingElseIsOne(String value) {
		assertThat(Origin.parse(value)).isNull();
	}

}
