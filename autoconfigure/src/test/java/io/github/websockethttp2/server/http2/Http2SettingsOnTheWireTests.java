package io.github.websockethttp2.server.http2;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.stream.Stream;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

import io.github.websockethttp2.testsupport.EchoHandlers;
import io.github.websockethttp2.testsupport.Http1Client;
import io.github.websockethttp2.testsupport.Http1Response;
import io.github.websockethttp2.testsupport.Http2Client;
import io.github.websockethttp2.testsupport.Http2Stream;
import io.github.websockethttp2.testsupport.SeenFrame;
import io.github.websockethttp2.testsupport.TestServer;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import io.github.websockethttp2.testsupport.WebSocketStream;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;

import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.server.Http2;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What a client is told in the server's first SETTINGS frame.
 */
@ExtendWith(OutputCaptureExtension.class)
class Http2SettingsOnTheWireTests {

	private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0"
		.getBytes(StandardCharsets.US_ASCII);

	private static final int FRAME_HEAD = 9;

	private static final int SETTINGS = 4;

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void firstSettingsHaveConnectProtocolAndDefaults(Transport transport) {
		try (TestServer server = TestServer.start(transport, Handlers.class); Http2Client client = server.http2()) {
			Http2Settings settings = client.serverSettings();
			assertThat(settings.connectProtocolEnabled()).isTrue();
			assertThat(settings.initialWindowSize()).isEqualTo(256 * 1024);
			assertThat(settings.maxConcurrentStreams()).isEqualTo(128);
			assertThat(settings.maxHeaderListSize()).isEqualTo(8 * 1024);
			assertConnectionWindow(client, (128 * 256 + 8 * 1024) * 1024);
			assertThat(client.allServerSettings()).hasSize(1);
			assertThat(client.frames()).filteredOn(SeenFrame::received)
				.first()
				.extracting(SeenFrame::type)
				.isEqualTo("SETTINGS");
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void http1GoesOnBesideHttp2(Transport transport) throws Exception {
		try (TestServer server = TestServer.start(transport, Handlers.class);
				Http2Client http2 = server.http2();
				Http1Client http1 = http1(server, transport);
				Http1Client forWebSocket = http1(server, transport)) {
			Http1Response response = http1.request("GET", "/plain");
			assertThat(response.status()).isEqualTo(200);
			assertThat(response.body()).isEqualTo("plain");
			Http2Stream stream = http2.open(http2.get("/plain"), true);
			assertThat(stream.status()).isEqualTo(200);
			assertThat(stream.awaitBodyAsString()).isEqualTo("plain");
			assertEchoes(forWebSocket.openWebSocket("/echo"));
			assertEchoes(http2.openWebSocket("/echo"));
			if (transport.isTls()) {
				assertThat(alpn(server.port())).isEqualTo("h2");
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "server.http2.enabled=false", "websocket.http2.enabled=false" })
	void whenOffThenHttp2IsNotSpokenInCleartext(String property) throws Exception {
		try (TestServer server = TestServer.start(Transport.H1, Handlers.class, property);
				Http1Client client = Http1Client.connect(server.port())) {
			assertThat(firstFrameAfterPreface(server.port())).isNotEqualTo(SETTINGS);
			assertThat(client.request("GET", "/plain").body()).isEqualTo("plain");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "server.http2.enabled=false", "websocket.http2.enabled=false" })
	void whenOffThenAlpnGivesHttp1(String property) throws Exception {
		try (TestServer server = TestServer.start(Transport.H1_TLS, Handlers.class, property)) {
			assertThat(alpn(server.port())).isIn("http/1.1", "");
			try (Http1Client client = Http1Client.connectTls(server.port())) {
				assertThat(client.request("GET", "/plain").body()).isEqualTo("plain");
			}
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void whenOnlyTheStarterIsOffThenHttp2GoesOnWithoutConnectProtocol(Transport transport) {
		try (TestServer server = TestServer.start(transport, Handlers.class, "websocket.http2.enabled=false",
				"server.http2.enabled=true"); Http2Client client = server.http2()) {
			assertThat(client.serverSettings().connectProtocolEnabled()).isNotEqualTo(Boolean.TRUE);
			assertThat(client.serverSettings().initialWindowSize()).isNull();
			assertThat(client.open(client.get("/plain"), true).awaitBodyAsString()).isEqualTo("plain");
			assertThat(client.connectionWindowIncrement()).isZero();
		}
	}

	/**
	 * Whoever has set the number of streams: nine tenths of what the client is told.
	 */
	@ParameterizedTest
	@ValueSource(ints = { 10, 100 })
	void sessionsOfAConnectionFollowFromTheStreamsThatItHas(int property) {
		try (TestServer server = TestServer.start(Transport.H2C, TwentyStreams.class,
				"websocket.http2.max-streams-per-connection=" + property); Http2Client client = server.http2()) {
			assertThat(client.serverSettings().maxConcurrentStreams()).isEqualTo(20);
			for (int i = 0; i < 18; i++) {
				client.openWebSocket("/echo");
			}
			assertThat(client.open(client.webSocket("/echo"), false).status()).isEqualTo(503);
			assertThat(client.open(client.get("/plain"), true).status()).isEqualTo(200);
		}
	}

	@ParameterizedTest
	@MethodSource
	void settingsOfUserAndBootHoldAtOnce(Transport transport, Class<?> customizers) {
		try (TestServer server = TestServer.start(transport, customizers, "server.max-http-request-header-size=32KB");
				Http2Client client = server.http2()) {
			Http2Settings settings = client.serverSettings();
			assertThat(settings.maxHeaderListSize()).isEqualTo(32 * 1024);
			assertThat(settings.initialWindowSize()).isEqualTo(70_000);
			assertThat(settings.maxConcurrentStreams()).isEqualTo(33);
			assertThat(settings.maxFrameSize()).isEqualTo(20_000);
			assertThat(settings.connectProtocolEnabled()).isTrue();
		}
	}

	static Stream<Arguments> settingsOfUserAndBootHoldAtOnce() {
		return Stream.of(Arguments.of(Transport.H2C, WindowFirst.class),
				Arguments.of(Transport.H2C, StreamsFirst.class), Arguments.of(Transport.H2C, ByFactoryCustomizer.class),
				Arguments.of(Transport.H2, WindowFirst.class));
	}

	@Test
	void whenUserSetsWindowAndStreamsThenConnectionWindowHoldsThemAll() {
		try (TestServer server = TestServer.start(Transport.H2C, BigWindows.class);
				Http2Client client = server.http2()) {
			assertThat(client.serverSettings().initialWindowSize()).isEqualTo(1024 * 1024);
			assertThat(client.serverSettings().maxConcurrentStreams()).isEqualTo(200);
			assertConnectionWindow(client, 200 * 1024 * 1024 + 8 * 1024 * 1024);
		}
	}

	@Test
	void userGoesBeforeProperties() {
		try (TestServer server = TestServer.start(Transport.H2C, WindowFirst.class,
				"websocket.http2.stream-window-size=1MB", "websocket.http2.max-streams-per-connection=7");
				Http2Client client = server.http2()) {
			assertThat(client.serverSettings().initialWindowSize()).isEqualTo(70_000);
			assertThat(client.serverSettings().maxConcurrentStreams()).isEqualTo(33);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void propertiesShowOnTheWire(Transport transport) {
		try (TestServer server = TestServer.start(transport, Handlers.class, "websocket.http2.stream-window-size=96KB",
				"websocket.http2.connection-window-size=3MB", "websocket.http2.max-streams-per-connection=17");
				Http2Client client = server.http2()) {
			Http2Settings settings = client.serverSettings();
			assertThat(settings.connectProtocolEnabled()).isTrue();
			assertThat(settings.initialWindowSize()).isEqualTo(96 * 1024);
			assertThat(settings.maxConcurrentStreams()).isEqualTo(17);
			assertConnectionWindow(client, 3 * 1024 * 1024);
		}
	}

	/**
	 * The least is what the codec gives by itself.
	 */
	@ParameterizedTest
	@CsvSource({ "256KB, 458753", "256KB, 458754", "256KB, 524288", "65535B, 65535", "64KB, 65537", "1B, 65536" })
	void connectionWindowIsWhatWasAskedFor(String streamWindow, int size) {
		try (TestServer server = TestServer.start(Transport.H2C, Handlers.class,
				"websocket.http2.stream-window-size=" + streamWindow,
				"websocket.http2.connection-window-size=" + size + "B"); Http2Client client = server.http2()) {
			assertConnectionWindow(client, size);
		}
	}

	@Test
	void whenConnectionWindowCannotBeHadForACustomizerThenStartUpSaysSo() {
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(
				() -> TestServer.start(Transport.H2C, BigWindows.class, "websocket.http2.connection-window-size=512KB"))
			.havingRootCause()
			.withMessageContaining("websocket.http2.connection-window-size is 524288B, but must be at least 2031617B");
	}

	@Test
	void connectionWindowFollowsStreamsAndTheirWindows() {
		try (TestServer server = TestServer.start(Transport.H2C, Handlers.class,
				"websocket.http2.stream-window-size=64KB", "websocket.http2.max-streams-per-connection=10");
				Http2Client client = server.http2()) {
			assertConnectionWindow(client, 10 * 64 * 1024 + 8 * 1024 * 1024);
		}
	}

	@Test
	void whenStreamsTogetherAreBeyondHttp2ThenConnectionWindowIsTheGreatest() {
		try (TestServer server = TestServer.start(Transport.H2C, Handlers.class,
				"websocket.http2.stream-window-size=64MB", "websocket.http2.max-streams-per-connection=2147483647");
				Http2Client client = server.http2()) {
			assertConnectionWindow(client, Integer.MAX_VALUE);
			assertEchoes(client.openWebSocket("/echo"));
		}
	}

	@Test
	void whenOnThenSaysSoInOneLine(CapturedOutput output) {
		TestServer.start(Transport.H2C, Handlers.class, "websocket.http2.max-streams-per-connection=17").close();
		assertThat(lines(output)).singleElement()
			.asString()
			.contains("INFO")
			.contains("WebSocket over HTTP/2 is on: port ", ", cleartext (", "17 streams a connection, ");
	}

	@Test
	void whenOnOverTlsThenSaysSoInOneLine(CapturedOutput output) {
		TestServer.start(Transport.H2, StreamsFirst.class).close();
		assertThat(lines(output)).singleElement()
			.asString()
			.contains("INFO")
			.contains("WebSocket over HTTP/2 is on: port ", ", TLS, 33 streams a connection, ");
	}

	@Test
	void whenCustomizerSwitchesConnectProtocolOffThenWarningNamesIt(CapturedOutput output) {
		try (TestServer server = TestServer.start(Transport.H2C, ConnectProtocolOff.class);
				Http2Client client = server.http2()) {
			assertThat(client.serverSettings().connectProtocolEnabled()).isNotEqualTo(Boolean.TRUE);
			assertThat(client.serverSettings().maxConcurrentStreams()).isEqualTo(33);
		}
		assertThat(lines(output)).singleElement()
			.asString()
			.contains("WARN", "SETTINGS_ENABLE_CONNECT_PROTOCOL", SwitchesConnectProtocolOff.class.getName());
	}

	@Test
	void whenCustomizerAllowsOnlyHttp1ThenWarningNamesIt(CapturedOutput output) throws Exception {
		try (TestServer server = TestServer.start(Transport.H1, OnlyHttp1.class);
				Http1Client client = Http1Client.connect(server.port())) {
			assertThat(firstFrameAfterPreface(server.port())).isNotEqualTo(SETTINGS);
			assertEchoes(client.openWebSocket("/echo"));
		}
		assertThat(lines(output)).singleElement().asString().contains("WARN", AllowsOnlyHttp1.class.getName());
	}

	@Test
	void whenFactoryCustomizerSwitchesHttp2OffThenWarningSaysSo(CapturedOutput output) throws Exception {
		try (TestServer server = TestServer.start(Transport.H1, FactoryWithoutHttp2.class)) {
			assertThat(firstFrameAfterPreface(server.port())).isNotEqualTo(SETTINGS);
		}
		assertThat(lines(output)).singleElement().asString().contains("WARN", "the web server factory");
	}

	@Test
	void whenLaterCustomizerSwitchesItOnAgainThenThereIsNoWarning(CapturedOutput output) {
		try (TestServer server = TestServer.start(Transport.H2C, OffAndOnAgain.class);
				Http2Client client = server.http2()) {
			assertThat(client.serverSettings().connectProtocolEnabled()).isTrue();
		}
		assertThat(lines(output)).singleElement().asString().contains("INFO", "is on");
	}

	private static Http1Client http1(TestServer server, Transport transport) {
		return (transport.isTls()) ? Http1Client.connectTls(server.port()) : Http1Client.connect(server.port());
	}

	private static void assertConnectionWindow(Http2Client client, long expected) {
		client.barrier();
		assertThat(65_535 + client.connectionWindowIncrement()).isEqualTo(expected);
	}

	private static void assertEchoes(WebSocketStream socket) {
		socket.sendText("hello");
		assertThat(socket.awaitText()).isEqualTo("hello");
		socket.sendClose(1000, "");
		assertThat(socket.awaitClose().code()).isEqualTo(1000);
	}

	/**
	 * Returns the type of the HTTP/2 frame that the server begins with, if it is one.
	 */
	private static int firstFrameAfterPreface(int port) throws IOException {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
			socket.setSoTimeout((int) Waiting.TIMEOUT.toMillis());
			socket.getOutputStream().write(PREFACE);
			byte[] first = socket.getInputStream().readNBytes(FRAME_HEAD);
			return (first.length == FRAME_HEAD) ? first[3] : -1;
		}
	}

	private static String alpn(int port) throws IOException, GeneralSecurityException {
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
		try (SSLSocket socket = (SSLSocket) context.getSocketFactory()
			.createSocket(InetAddress.getLoopbackAddress(), port)) {
			socket.setSoTimeout((int) Waiting.TIMEOUT.toMillis());
			SSLParameters parameters = socket.getSSLParameters();
			parameters.setApplicationProtocols(new String[] { "h2", "http/1.1" });
			socket.setSSLParameters(parameters);
			socket.startHandshake();
			return socket.getApplicationProtocol();
		}
	}

	private static List<String> lines(CapturedOutput output) {
		return output.toString().lines().filter((line) -> line.contains("WebSocket over HTTP/2")).toList();
	}

	@Configuration(proxyBeanMethods = false)
	static class Handlers extends EchoHandlers {

		@Bean
		Plain plain() {
			return new Plain();
		}

	}

	@RestController
	static class Plain {

		@GetMapping("/plain")
		Mono<String> plain() {
			return Mono.just("plain");
		}

	}

	static class SetsWindow implements NettyServerCustomizer {

		@Override
		public HttpServer apply(HttpServer server) {
			return server.http2Settings((settings) -> settings.initialWindowSize(70_000).maxFrameSize(20_000));
		}

	}

	static class SetsStreams implements NettyServerCustomizer {

		@Override
		public HttpServer apply(HttpServer server) {
			return server.http2Settings((settings) -> settings.maxConcurrentStreams(33));
		}

	}

	static class SwitchesConnectProtocolOff implements NettyServerCustomizer {

		@Override
		public HttpServer apply(HttpServer server) {
			return server.http2Settings((settings) -> settings.connectProtocolEnabled(false));
		}

	}

	static class AllowsOnlyHttp1 implements NettyServerCustomizer {

		@Override
		public HttpServer apply(HttpServer server) {
			return server.protocol(HttpProtocol.HTTP11);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class WindowFirst {

		@Bean
		@Order(1)
		NettyServerCustomizer window() {
			return new SetsWindow();
		}

		@Bean
		@Order(2)
		NettyServerCustomizer streams() {
			return new SetsStreams();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class StreamsFirst {

		@Bean
		@Order(2)
		NettyServerCustomizer window() {
			return new SetsWindow();
		}

		@Bean
		@Order(1)
		NettyServerCustomizer streams() {
			return new SetsStreams();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ByFactoryCustomizer {

		@Bean
		@Order(Ordered.LOWEST_PRECEDENCE)
		WebServerFactoryCustomizer<NettyReactiveWebServerFactory> last() {
			return (factory) -> factory.addServerCustomizers(new SetsStreams(), new SetsWindow());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class TwentyStreams extends Handlers {

		@Bean
		NettyServerCustomizer twenty() {
			return (server) -> server.http2Settings((settings) -> settings.maxConcurrentStreams(20));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class BigWindows {

		@Bean
		NettyServerCustomizer big() {
			return (server) -> server
				.http2Settings((settings) -> settings.initialWindowSize(1024 * 1024).maxConcurrentStreams(200));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ConnectProtocolOff {

		@Bean
		NettyServerCustomizer off() {
			return new SwitchesConnectProtocolOff();
		}

		@Bean
		@Order(1)
		NettyServerCustomizer before() {
			return new SetsStreams();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OffAndOnAgain {

		@Bean
		@Order(1)
		NettyServerCustomizer off() {
			return new SwitchesConnectProtocolOff();
		}

		@Bean
		@Order(2)
		NettyServerCustomizer onAgain() {
			return (server) -> server.http2Settings((settings) -> settings.connectProtocolEnabled(true));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OnlyHttp1 extends Handlers {

		@Bean
		NettyServerCustomizer onlyHttp1() {
			return new AllowsOnlyHttp1();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class FactoryWithoutHttp2 {

		@Bean
		WebServerFactoryCustomizer<NettyReactiveWebServerFactory> withoutHttp2() {
			return (factory) -> factory.setHttp2(new Http2());
		}

	}

}
