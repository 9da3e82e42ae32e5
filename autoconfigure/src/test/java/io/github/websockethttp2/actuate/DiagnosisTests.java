package io.github.websockethttp2.actuate;

import java.util.List;

import io.github.websockethttp2.handshake.Handshake;
import io.github.websockethttp2.handshake.HandshakeRefusal;
import io.github.websockethttp2.handshake.RefusalReason;
import io.github.websockethttp2.server.http2.Http2Status;
import org.junit.jupiter.api.Test;

import org.springframework.http.HttpHeaders;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Diagnosis}.
 */
class DiagnosisTests {

	private static final Http2Status ON_WITH_TLS = on(true);

	private final HandshakeJournal journal = new HandshakeJournal();

	@Test
	void saysWhetherItIsOnAndAdvertised() {
		List<Diagnosis.Finding> findings = new Diagnosis(ON_WITH_TLS, this.journal).findings();
		assertThat(findings).extracting(Diagnosis.Finding::subject)
			.containsExactly("http2", "setting", "tls", "transport");
		assertThat(findings.get(0).conclusion()).isEqualTo("WebSocket over HTTP/2 is on: as ordered");
		assertThat(findings.get(1).evidence()).contains("SETTINGS_ENABLE_CONNECT_PROTOCOL is 1");
		assertThat(findings.get(2).evidence()).contains("ALPN offers h2 and http/1.1");
	}

	@Test
	void withoutHandshakesThereIsNothingToExplain() {
		assertThat(transport(ON_WITH_TLS).conclusion()).isEqualTo("No handshake has come yet");
	}

	@Test
	void overHttp2AllIsWell() {
		handshake(Handshake.HTTP_2);
		handshake(Handshake.HTTP_1_1, "Via", "1.1 proxy");
		assertThat(transport(ON_WITH_TLS)).satisfies((finding) -> {
			assertThat(finding.conclusion()).isEqualTo("WebSockets come over HTTP/2");
			assertThat(finding.evidence()).containsExactly("1 handshakes over HTTP/2, 1 over HTTP/1.1");
		});
	}

	@Test
	void refusedOverHttp2IsNotOpened() {
		refused(Handshake.HTTP_2);
		assertThat(transport(ON_WITH_TLS).conclusion()).contains("all of them were refused");
		Http2Status off = new Http2Status(Http2Status.State.OFF, "as ordered",
				new Http2Status.Server(8080, true, false, false, "server.http2.enabled"));
		assertThat(transport(off).conclusion()).contains("since it is off");
	}

	@Test
	void proxyThatSpeaksHttp1LeavesItsFields() {
		handshake(Handshake.HTTP_1_1, "X-Forwarded-For", "192.0.2.1");
		handshake(Handshake.HTTP_1_1, "Via", "2.0 proxy");
		handshake(Handshake.HTTP_1_1);
		assertThat(transport(on(false))).satisfies((finding) -> {
			assertThat(finding.conclusion()).contains("a proxy in front speaks HTTP/1.1 to this server");
			assertThat(finding.evidence()).contains("2 of them had Via, X-Forwarded-For");
		});
	}

	@Test
	void withoutTlsBrowsersDoNotUseIt() {
		handshake(Handshake.HTTP_1_1);
		assertThat(transport(on(false))).satisfies((finding) -> {
			assertThat(finding.conclusion()).contains("there is no TLS");
			assertThat(finding.evidence()).contains("Port 8080 is in cleartext");
		});
	}

	@Test
	void withTlsAndWithoutProxyItIsTheClients() {
		handshake(Handshake.HTTP_1_1);
		assertThat(transport(ON_WITH_TLS).conclusion()).contains("the clients do not know RFC 8441");
	}

	@Test
	void switchedOffByAProperty() {
		handshake(Handshake.HTTP_1_1);
		Http2Status off = new Http2Status(Http2Status.State.OFF, "as ordered",
				new Http2Status.Server(8080, true, false, false, "server.http2.enabled"));
		assertThat(transport(off)).satisfies((finding) -> {
			assertThat(finding.conclusion()).contains("since it is off");
			assertThat(finding.evidence()).contains("server.http2.enabled is false");
		});
		assertThat(new Diagnosis(off, this.journal).findings().get(1).evidence())
			.contains("SETTINGS_ENABLE_CONNECT_PROTOCOL is not set", "HTTP/2 is not among the server's protocols");
	}

	@Test
	void otherServerIsNotKnown() {
		handshake(Handshake.HTTP_1_1);
		Http2Status off = Http2Status.off("the web server is not Reactor Netty");
		assertThat(new Diagnosis(off, this.journal).findings()).extracting(Diagnosis.Finding::subject)
			.containsExactly("http2", "transport");
		assertThat(transport(off).evidence()).contains("the web server is not Reactor Netty");
	}

	private Diagnosis.Finding transport(Http2Status status) {
		List<Diagnosis.Finding> findings = new Diagnosis(status, this.journal).findings();
		return findings.get(findings.size() - 1);
	}

	private void handshake(String protocol, String... headers) {
		HttpHeaders all = new HttpHeaders();
		for (int i = 0; i < headers.length; i += 2) {
			all.add(headers[i], headers[i + 1]);
		}
		this.journal.accepted(new Handshake(protocol, "/a", all));
	}

	private void refused(String protocol) {
		this.journal.refused(new Handshake(protocol, "/a", new HttpHeaders()),
				new HandshakeRefusal(RefusalReason.POLICY, 403));
	}

	private static Http2Status on(boolean tls) {
		return new Http2Status(Http2Status.State.ON, "as ordered", new Http2Status.Server(8080, tls, true, true, null));
	}

}
