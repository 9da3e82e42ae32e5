package io.github.websockethttp2.autoconfigure;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;

import ch.qos.logback.classic.Level;
import io.github.websockethttp2.client.Http2WebSocketClient;
import io.github.websockethttp2.session.WebSocketTransport;
import io.github.websockethttp2.testsupport.EchoHandlers;
import io.github.websockethttp2.testsupport.LogCapture;
import io.github.websockethttp2.testsupport.TestServer;
import io.github.websockethttp2.testsupport.TestTls;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import io.netty.handler.ssl.SslHandler;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.HttpClientAutoConfiguration;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleRegistry;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.test.util.ReflectionTestUtils;
import org.springframework.web.reactive.socket.WebSocketMessage;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Clients by SSL bundles, to a real server with TLS.
 */
class ClientTlsTests {

	private static final String CLIENT = "websocket.http2.client.";

	private static final String BUNDLES = "spring.ssl.bundle.jks.";

	private static TestServer server;

	/** Wants to see a certificate. */
	private static TestServer strict;

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, HttpClientAutoConfiguration.class,
				WebSocketHttp2ClientAutoConfiguration.class))
		.withPropertyValues(bundle("trusting", "truststore"))
		.withPropertyValues(bundle("known", "truststore"))
		.withPropertyValues(bundle("known", "keystore"))
		// The global ones end with the first context that has them
		.withBean(ReactorResourceFactory.class, ClientTlsTests::eventLoops)
		// Has a key, and trusts what Java does
		.withPropertyValues(bundle("distrusting", "keystore"));

	private static ReactorResourceFactory eventLoops() {
		ReactorResourceFactory factory = new ReactorResourceFactory();
		factory.setUseGlobalResources(false);
		factory.setShutdownQuietPeriod(Duration.ZERO);
		return factory;
	}

	@BeforeAll
	static void start() {
		server = TestServer.start(Transport.H2, EchoHandlers.class);
		strict = TestServer.start(Transport.H2, EchoHandlers.class, "server.ssl.client-auth=need",
				"server.ssl.trust-store=" + TestTls.keyStore().toUri(), "server.ssl.trust-store-type=PKCS12",
				"server.ssl.trust-store-password=changeit");
	}

	@AfterAll
	static void stop() {
		server.close();
		strict.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { CLIENT + "ssl.bundle=trusting", "spring.http.clients.ssl.bundle=trusting" })
	void bundleIsTakenAndAlpnChoosesHttp2(String property) {
		this.runner.withPropertyValues(property).run((context) -> {
			assertOpens(builder(context).build(), server, WebSocketTransport.Protocol.HTTP_2);
			assertOpens(builder(context).http2(false).build(), server, WebSocketTransport.Protocol.HTTP_1_1);
		});
	}

	@Test
	void propertyGoesBeforeThatOfBootsClients() {
		this.runner
			.withPropertyValues(CLIENT + "ssl.bundle=trusting", "spring.http.clients.ssl.bundle=distrusting",
					CLIENT + "named.stranger.ssl.bundle=distrusting", CLIENT + "named.friend.close-timeout=1s")
			.run((context) -> {
				assertOpens(builder(context).build(), server, WebSocketTransport.Protocol.HTTP_2);
				assertOpens(named(context, "friend"), server, WebSocketTransport.Protocol.HTTP_2);
				assertFails(named(context, "stranger"), server);
			});
	}

	@Test
	void withoutABundleServersAreThoseThatJavaTrusts() {
		this.runner.run((context) -> assertFails(builder(context).build(), server));
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void certificateIsShownToTheServer(boolean http2) {
		this.runner
			.withPropertyValues(CLIENT + "named.known.ssl.bundle=known", CLIENT + "named.unknown.ssl.bundle=trusting",
					CLIENT + "enabled=" + http2)
			.run((context) -> {
				assertOpens(named(context, "known"), strict,
						(http2) ? WebSocketTransport.Protocol.HTTP_2 : WebSocketTransport.Protocol.HTTP_1_1);
				StepVerifier.create(protocol(named(context, "unknown"), strict)).expectError().verify(Waiting.TIMEOUT);
			});
	}

	@Test
	void optionsOfTheBundleAreTaken() {
		this.runner
			.withPropertyValues(CLIENT + "ssl.bundle=trusting", BUNDLES + "trusting.options.enabled-protocols=TLSv1.2",
					BUNDLES + "trusting.options.ciphers=TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384")
			.run((context) -> {
				String[] seen = new String[1];
				Http2WebSocketClient client = builder(context).tcp((tcp) -> tcp.doOnConnected((connection) -> {
					SSLSession session = connection.channel().pipeline().get(SslHandler.class).engine().getSession();
					seen[0] = session.getProtocol() + " " + session.getCipherSuite();
				})).build();
				assertOpens(client, server, WebSocketTransport.Protocol.HTTP_2);
				assertThat(seen[0]).isEqualTo("TLSv1.2 TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384");
			});
	}

	@ParameterizedTest
	@ValueSource(strings = { CLIENT + "ssl.bundle=trusting", "spring.http.clients.ssl.bundle=trusting" })
	void whenBundleIsReloadedThenNewConnectionsUseItAndSessionsGoOn(String property) {
		for (boolean http2 : new boolean[] { true, false }) {
			this.runner
				.withPropertyValues(property, CLIENT + "max-sockets-per-connection=1", CLIENT + "enabled=" + http2)
				.run((context) -> assertReloads(context,
						(http2) ? WebSocketTransport.Protocol.HTTP_2 : WebSocketTransport.Protocol.HTTP_1_1));
		}
	}

	private static void assertReloads(ApplicationContext context, WebSocketTransport.Protocol protocol) {
		Http2WebSocketClient client = builder(context).build();
		SslBundle before = context.getBean(SslBundles.class).getBundle("trusting");
		SslBundle other = context.getBean(SslBundles.class).getBundle("distrusting");
		Sinks.Many<String> input = Sinks.many().unicast().onBackpressureBuffer();
		StepVerifier.create(echo(client, input.asFlux()))
			.then(() -> input.tryEmitNext("before"))
			.expectNext("before")
			.then(() -> {
				try (LogCapture log = LogCapture.start()) {
					update(context, other);
					log.assertNothingAbove(Level.INFO);
				}
				assertFails(client, server);
				input.tryEmitNext("after");
			})
			.expectNext("after")
			.then(() -> {
				update(context, before);
				assertOpens(client, server, protocol);
				input.tryEmitComplete();
			})
			.thenCancel()
			.verify(Waiting.TIMEOUT);
	}

	private static void update(ApplicationContext context, SslBundle bundle) {
		context.getBean(SslBundleRegistry.class).updateBundle("trusting", bundle);
	}

	/** Bundles never forget a handler, and a builder is made for each injection. */
	@Test
	void manyBuildersOfABundleHaveOneHandler() {
		this.runner.withPropertyValues(CLIENT + "ssl.bundle=trusting").run((context) -> {
			for (int i = 0; i < 10; i++) {
				builder(context);
			}
			Object registered = ((Map<?, ?>) ReflectionTestUtils.getField(context.getBean(SslBundles.class),
					"registeredBundles"))
				.get("trusting");
			assertThat((List<?>) ReflectionTestUtils.getField(registered, "updateHandlers")).hasSize(1);
		});
	}

	private static Http2WebSocketClient.Builder builder(ApplicationContext context) {
		return context.getBean(Http2WebSocketClient.Builder.class);
	}

	private static Http2WebSocketClient named(ApplicationContext context, String name) {
		return context.getBean(name + "WebSocketClient", Http2WebSocketClient.class);
	}

	private static void assertOpens(Http2WebSocketClient client, TestServer server,
			WebSocketTransport.Protocol protocol) {
		StepVerifier.create(protocol(client, server)).expectNext(protocol).expectComplete().verify(Waiting.TIMEOUT);
	}

	private static void assertFails(Http2WebSocketClient client, TestServer server) {
		StepVerifier.create(protocol(client, server)).expectError(SSLException.class).verify(Waiting.TIMEOUT);
	}

	private static Mono<WebSocketTransport.Protocol> protocol(Http2WebSocketClient client, TestServer server) {
		Sinks.One<WebSocketTransport.Protocol> protocol = Sinks.one();
		return client.execute(url(server), (session) -> {
			protocol.tryEmitValue(WebSocketTransport.of(session).protocol());
			return Mono.empty();
		}).then(protocol.asMono());
	}

	private static Flux<String> echo(Http2WebSocketClient client, Flux<String> input) {
		return Flux.create((sink) -> sink.onDispose(client
			.execute(url(server),
					(session) -> session.send(input.map(session::textMessage))
						.and(session.receive().map(WebSocketMessage::getPayloadAsText).doOnNext(sink::next)))
			.subscribe(null, sink::error, sink::complete)));
	}

	private static URI url(TestServer server) {
		return URI.create("wss://localhost:" + server.port() + "/echo");
	}

	private static String[] bundle(String name, String store) {
		String prefix = BUNDLES + name + "." + store + ".";
		return new String[] { prefix + "location=" + TestTls.keyStore().toUri(), prefix + "type=PKCS12",
				prefix + "password=changeit" };
	}

}
