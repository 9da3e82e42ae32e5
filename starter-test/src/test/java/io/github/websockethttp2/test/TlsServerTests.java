package io.github.websockethttp2.test;

import java.io.File;
import java.security.KeyStore;

import io.github.websockethttp2.session.WebSocketTransport;
import io.netty.pkitesting.CertificateBuilder;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.http.server.LocalTestWebServer;
import org.springframework.boot.test.http.server.LocalTestWebServer.Scheme;
import org.springframework.context.ApplicationContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WebSocketTestClient} against an application that has TLS, under a
 * path.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = "spring.webflux.base-path=/base")
@AutoConfigureWebSocketTestClient(timeout = "21s")
class TlsServerTests {

	@Autowired
	private ApplicationContext context;

	@DynamicPropertySource
	static void certificate(DynamicPropertyRegistry properties) throws Exception {
		File store = new CertificateBuilder().ecp256()
			.subject("CN=elsewhere.example")
			.setIsCertificateAuthority(true)
			.buildSelfSigned()
			.toTempKeyStoreFile("secret".toCharArray());
		store.deleteOnExit();
		properties.add("server.ssl.key-store", () -> store.toURI().toString());
		properties.add("server.ssl.key-store-type", () -> KeyStore.getDefaultType());
		properties.add("server.ssl.key-store-password", () -> "secret");
	}

	@WebSocketTest
	void greets(WebSocketTestClient client) {
		WebSocketTestSession session = client.connect("/rooms/one").subProtocols("chat").expectOpen();
		session.send("hi").expectText("one: hi").close(1000).expectClosed(1000);
		boolean tls = client.transport() != Transport.H2C;
		assertThat(session.handshakeInfo().getUri().getScheme()).isEqualTo((tls) ? "wss" : "ws");
		assertThat(session.handshakeInfo().getUri().getPath()).isEqualTo("/base/rooms/one");
		assertThat(session.handshakeInfo().getUri().getPort() == ownPort()).isEqualTo(tls);
	}

	@Test
	void anyOtherTestUsesHttp2OverTls(WebSocketTestClient client) {
		assertThat(client.connect("/echo").expectOpen().transport().protocol())
			.isEqualTo(WebSocketTransport.Protocol.HTTP_2);
		assertThat(client.transport()).isEqualTo(Transport.H2);
	}

	@Test
	void applicationIsAsItWasWithoutTheSecondListener() {
		assertThat(LocalTestWebServer.obtain(this.context).scheme()).isEqualTo(Scheme.HTTPS);
		assertThat(this.context.getEnvironment().getProperty("spring.test.websocket.timeout")).isEqualTo("21s");
	}

	private int ownPort() {
		return this.context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
	}

}
