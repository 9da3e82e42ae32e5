package io.github.websockethttp2.actuate;

import javax.net.ssl.SSLException;

import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import reactor.netty.http.client.HttpClient;

import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.test.web.reactive.server.WebTestClient;

/**
 * A client for the actuator of a test's server.
 */
final class ManagementClient {

	private ManagementClient() {
	}

	static WebTestClient of(Transport transport, int port) {
		HttpClient http = HttpClient.newConnection();
		if (transport.isTls()) {
			SslContext anybody = anybody();
			http = http.secure((ssl) -> ssl.sslContext(anybody));
		}
		return WebTestClient.bindToServer(new ReactorClientHttpConnector(http))
			.baseUrl(((transport.isTls()) ? "https" : "http") + "://localhost:" + port)
			.responseTimeout(Waiting.TIMEOUT)
			.build();
	}

	private static SslContext anybody() {
		try {
			return SslContextBuilder.forClient().trustManager(InsecureTrustManagerFactory.INSTANCE).build();
		}
		catch (SSLException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
