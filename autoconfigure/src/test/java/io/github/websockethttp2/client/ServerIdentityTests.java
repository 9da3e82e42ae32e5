package io.github.websockethttp2.client;

import java.net.URI;
import java.util.function.Consumer;

import javax.net.ssl.SSLException;

import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.TestTls;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import io.netty.handler.ssl.SslContextBuilder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/**
 * Over TLS the client connects only to servers that it trusts, and only by their names.
 */
class ServerIdentityTests {

	@RegisterExtension
	static final TestServers SERVERS = new TestServers(Http2WebSocketClientTests.Handlers.class);

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void trustedServerIsReachedByItsNamesOnly(boolean http2) {
		Consumer<SslContextBuilder> trust = (context) -> context.trustManager(TestTls.trustManagerFactory());
		StepVerifier.create(open(http2, trust, "localhost")).expectComplete().verify(Waiting.TIMEOUT);
		StepVerifier.create(open(http2, trust, "127.0.0.1")).expectComplete().verify(Waiting.TIMEOUT);
		StepVerifier.create(open(http2, trust, "127.0.0.2")).expectError(SSLException.class).verify(Waiting.TIMEOUT);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void strangeServerIsNotTrusted(boolean http2) {
		StepVerifier.create(open(http2, (context) -> {
		}, "localhost")).expectError(SSLException.class).verify(Waiting.TIMEOUT);
	}

	private static Mono<Void> open(boolean http2, Consumer<SslContextBuilder> trust, String host) {
		URI url = URI.create("wss://" + host + ":" + SERVERS.server(Transport.H2).port() + "/echo");
		return Http2WebSocketClient.builder().http2(http2).tls(trust).build().execute(url, (session) -> Mono.empty());
	}

}
