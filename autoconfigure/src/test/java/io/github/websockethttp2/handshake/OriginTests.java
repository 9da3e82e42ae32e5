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
			"http://[0:0:0:0:0:0:0:1]:8080,http://[::1]:8080,http://[::1]:8080",
			"http://[2001:0DB8:0:0:1:0:0:01],http://[2001:db8::1:0:0:1],http://[2001:db8::1:0:0:1]:80",
			"http://[1:0:3:4:5:6:7:8],http://[1:0:3:4:5:6:7:8],http://[1:0:3:4:5:6:7:8]:80",
			"http://[1::3:4:5:6:7:8],http://[1:0:3:4:5:6:7:8],http://[1:0:3:4:5:6:7:8]:80",
			"http://[0:0:0::],http://[::],http://[::]:80", "http://[fe80::],http://[fe80::],http://[fe80::]:80",
			"http://[::FFFF:127.0.0.1],http://[::ffff:7f00:1],http://[::ffff:7f00:1]:80",
			"http://127.0.0.1,http://127.0.0.1,http://127.0.0.1:80",
			"http://1.2.3.a4,http://1.2.3.a4,http://1.2.3.a4:80", "app://1.2.3.4.5,app://1.2.3.4.5,app://1.2.3.4.5",
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
			"http://::1", "http://[::1]]", "http://[::1]80", "http://[host]", "https://[:::]", "http://[:]",
			"http://[abc]", "http://[1:2:3:4:5:6:7]", "http://[1:2:3:4:5:6:7:8:9]", "http://[1::3::5]",
			"http://[1:2:3:4::5:6:7:8]", "http://[12345::]", "http://[:1:2:3:4:5:6:7]", "http://[::1:]",
			"http://[1.2.3.4]", "http://[::1.2.3]", "http://[::1.2.3.256]", "http://[::01.2.3.4]",
			"http://[::1.2.3.4:1]", "https://app..example.com", "http://.host", "http://.", "http://host..",
			"https://1.2.3.4.5", "http://127.1", "http://2130706433", "http://256.0.0.1", "http://127.0.0.01",
			"http://127.0.0.1.", "http://host.1", "http://ho\\st", "http://ho%73t", "http://h\u00f6st", "http://host\n",
			"://host", "1http://host", "ht tp://host" })
	void nothingElseIsOne(String value) {
		assertThat(Origin.parse(value)).isNull();
	}

}
