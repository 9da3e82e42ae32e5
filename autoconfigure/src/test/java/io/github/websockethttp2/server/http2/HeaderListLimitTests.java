package io.github.websockethttp2.server.http2;

import java.util.Arrays;

import ch.qos.logback.classic.Level;
import io.github.websockethttp2.testsupport.EchoHandlers;
import io.github.websockethttp2.testsupport.Http1Client;
import io.github.websockethttp2.testsupport.Http2Client;
import io.github.websockethttp2.testsupport.Http2Stream;
import io.github.websockethttp2.testsupport.LogCapture;
import io.github.websockethttp2.testsupport.RawHttp2;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketStream;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.codec.http2.Http2Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One request's fields are not everybody's misfortune.
 */
class HeaderListLimitTests {

	private static final int KB = 1024;

	@RegisterExtension
	static final TestServers SERVERS = new TestServers(EchoHandlers.class, "websocket.http2.stream-window-size=65535B",
			"websocket.http2.connection-window-size=65535B");

	@ParameterizedTest
	@CsvSource({ "H2C, 9", "H2C, 12", "H2C, 20", "H2C, 100", "H2C, 500", "H2C, 600", "H2, 9", "H2, 12", "H2, 100",
			"H2, 600" })
	void tooMuchIsRefusedOnItsStream(Transport transport, int kilobytes) {
		try (Http2Client client = client(transport); LogCapture log = LogCapture.start()) {
			WebSocketStream sibling = client.openWebSocket("/echo");
			for (Http2Headers request : new Http2Headers[] { client.webSocket("/echo"), client.post("/echo"),
					client.get("/echo") }) {
				boolean get = "GET".contentEquals(request.method());
				Http2Headers cookies = withCookies(request, kilobytes);
				Http2Stream stream = client.open(cookies, get);
				assertThat(stream.status()).isEqualTo(431);
				if (!get) {
					stream.send(new byte[40_000], true);
				}
				client.barrier();
				assertThatItEchoes(sibling);
			}
			assertThatItEchoes(client.openWebSocket("/echo"));
			sibling.sendBinary(new byte[60_000]);
			assertThat(sibling.awaitBinary()).hasSize(60_000);
			assertThat(client.goAways()).isEmpty();
			assertThat(client.allServerSettings()).hasSize(1);
			log.assertNothingAbove(Level.DEBUG);
		}
	}

	/**
	 * Also before the client has acknowledged the server's settings.
	 */
	@Test
	void tooMuchIsRefusedInTheFirstFlight() {
		try (RawHttp2 connection = RawHttp2.connect(SERVERS.server(Transport.H2C).port())) {
			connection.send(Http2FrameTypes.HEADERS, Http2Flags.END_HEADERS, 1,
					handshake("x-long", "a".repeat(15 * KB)));
			connection.send(Http2FrameTypes.DATA, 0, 1, new byte[100]);
			connection.send(Http2FrameTypes.HEADERS, Http2Flags.END_HEADERS, 3, handshake("x-short", "a"));
			assertThat(connection.awaitOutcome(1)).isEqualTo("431");
			assertThat(connection.awaitOutcome(3)).isEqualTo("200");
			connection.send(Http2FrameTypes.HEADERS, Http2Flags.END_HEADERS, 5,
					handshake("x-long", "a".repeat(15 * KB)));
			assertThat(connection.awaitOutcome(5)).isEqualTo("431");
		}
	}

	/**
	 * The answer is complete, so nothing says that it is an error of the protocol.
	 */
	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void refusalIsAnAnswer(Transport transport) {
		try (Http2Client client = client(transport)) {
			Http2Stream stream = client.open(withCookies(client.webSocket("/echo"), 12), false);
			assertThat(stream.status()).isEqualTo(431);
			stream.awaitEndStream();
			stream.expectNoReset();
			stream.endStream();
			stream.expectNoReset();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H2C", "H2" })
	void tooManyTrailersEndTheirStream(Transport transport) {
		try (Http2Client client = client(transport)) {
			WebSocketStream sibling = client.openWebSocket("/echo");
			Http2Stream stream = client.open(client.webSocket("/echo"), false);
			assertThat(stream.status()).isEqualTo(200);
			stream.sendHeaders(withCookies(new DefaultHttp2Headers(), 12), true);
			assertThat(stream.awaitReset()).isEqualTo(Http2Error.PROTOCOL_ERROR);
			assertThatItEchoes(sibling);
		}
	}

	@Test
	void whatNoProxyPassesOnEndsTheConnection() {
		try (RawHttp2 connection = RawHttp2.connect(SERVERS.server(Transport.H2C).port());
				LogCapture log = LogCapture.start()) {
			byte[] block = handshake("x-long", "a".repeat(HeaderListLimit.RAISED * 2));
			int length = 16 * KB;
			connection.send(Http2FrameTypes.HEADERS, 0, 1, Arrays.copyOf(block, length));
			for (int i = length; i < block.length - length; i += length) {
				connection.send(Http2FrameTypes.CONTINUATION, 0, 1, Arrays.copyOfRange(block, i, i + length));
			}
			assertThat(connection.awaitOutcome(1)).isIn("GOAWAY PROTOCOL_ERROR", "closed");
			log.assertNothingAbove(Level.DEBUG);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H1", "H1_TLS" })
	void tooMuchIsRefusedOverHttp1(Transport transport) {
		int port = SERVERS.server(transport).port();
		try (Http1Client client = (transport.isTls()) ? Http1Client.connectTls(port) : Http1Client.connect(port)) {
			assertThat(client.webSocket("/echo", "Cookie: a=" + "a".repeat(12 * KB)).status()).isEqualTo(431);
		}
	}

	private static Http2Headers withCookies(Http2Headers headers, int kilobytes) {
		for (int i = 0; i < kilobytes; i++) {
			headers.add("cookie", i + "=" + "c".repeat(KB));
		}
		return headers;
	}

	private static byte[] handshake(String name, String value) {
		return RawHttp2.block(":method", "CONNECT", ":protocol", "websocket", ":scheme", "http", ":path", "/echo",
				":authority", "localhost", "sec-websocket-version", "13", name, value);
	}

	private static Http2Client client(Transport transport) {
		return SERVERS.http2Builder(transport).lateFrames().connect();
	}

	private static void assertThatItEchoes(WebSocketStream socket) {
		socket.sendText("on");
		assertThat(socket.awaitText()).isEqualTo("on");
	}

}
