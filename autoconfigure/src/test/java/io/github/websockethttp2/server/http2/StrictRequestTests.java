package io.github.websockethttp2.server.http2;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import ch.qos.logback.classic.Level;
import io.github.websockethttp2.testsupport.LogCapture;
import io.github.websockethttp2.testsupport.RawHttp2;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameTypes;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Requests that no client sends unless it is up to something: what they are answered
 * with, that the connection lives where it may, and that nobody has to read about it.
 */
class StrictRequestTests {

	private static final String MALFORMED = "RST_STREAM PROTOCOL_ERROR";

	@RegisterExtension
	static final TestServers servers = new TestServers(Application.class);

	@ParameterizedTest
	@EnumSource
	void isAnsweredAndTheConnectionGoesOn(Game game) {
		int port = servers.server(Transport.H2C).port();
		try (RawHttp2 connection = RawHttp2.connect(port); LogCapture log = LogCapture.start()) {
			connection.send(Http2FrameTypes.HEADERS, Http2Flags.END_HEADERS, 1, RawHttp2.block(handshake()));
			assertThat(connection.awaitOutcome(1)).isEqualTo("200");
			connection.send(Http2FrameTypes.HEADERS, Http2Flags.END_HEADERS, 3, RawHttp2.block(game.fields));
			assertThat(connection.awaitOutcome(3)).isEqualTo(game.outcome);
			connection.send(Http2FrameTypes.HEADERS, Http2Flags.END_HEADERS, 5, RawHttp2.block(handshake()));
			assertThat(connection.awaitOutcome(5)).isEqualTo("200");
			log.assertNothingAbove(Level.DEBUG);
		}
	}

	/**
	 * Of a request that has no body Netty makes an object with a buffer, which it would
	 * leak where it cannot make the rest: LeakDetection would tell.
	 */
	@ParameterizedTest
	@ValueSource(strings = { ":method=13, 8", ":method=", ":method=G\u00c4T", ":path=/a b", ":path=", ":scheme=" })
	void requestsThatEndTheirStreamLeakNothing(String field) {
		int port = servers.server(Transport.H2C).port();
		String[] fields = { ":method", "GET", ":scheme", "http", ":path", "/echo", ":authority", "localhost" };
		int equals = field.indexOf('=');
		fields[Arrays.asList(fields).indexOf(field.substring(0, equals)) + 1] = field.substring(equals + 1);
		try (RawHttp2 connection = RawHttp2.connect(port); LogCapture log = LogCapture.start()) {
			for (int streamId = 1; streamId < 40; streamId += 2) {
				connection.send(Http2FrameTypes.HEADERS, Http2Flags.END_HEADERS | Http2Flags.END_STREAM, streamId,
						RawHttp2.block(fields));
				assertThat(connection.awaitOutcome(streamId)).isEqualTo(MALFORMED);
			}
			log.assertNothingAbove(Level.DEBUG);
		}
	}

	private static String[] handshake() {
		return new String[] { ":method", "CONNECT", ":protocol", "websocket", ":scheme", "http", ":path", "/echo",
				":authority", "localhost", "sec-websocket-version", "13" };
	}

	enum Game {

		TWO_VERSION_FIELDS("426", with("sec-websocket-version", "13")),

		TWO_VERSION_FIELDS_THAT_DIFFER("426", with("sec-websocket-version", "8")),

		SCHEME_FTP(MALFORMED, set(":scheme", "ftp")), SCHEME_WS(MALFORMED, set(":scheme", "ws")),

		SCHEME_EMPTY(MALFORMED, set(":scheme", "")), SCHEME_GARBAGE(MALFORMED, set(":scheme", "http://")),

		PATH_EMPTY(MALFORMED, set(":path", "")), PATH_RELATIVE(MALFORMED, set(":path", "echo")),

		PATH_ABSOLUTE(MALFORMED, set(":path", "http://other.example/echo")),

		PATH_ASTERISK(MALFORMED, set(":path", "*")), AUTHORITY_EMPTY(MALFORMED, set(":authority", "")),

		GET_WITH_PROTOCOL(MALFORMED, set(":method", "GET")), POST_WITH_PROTOCOL(MALFORMED, set(":method", "POST")),

		METHOD_EMPTY(MALFORMED, set(":method", "")), METHOD_IS_NO_TOKEN(MALFORMED, set(":method", "CONN ECT")),

		PATH_WITH_A_SPACE(MALFORMED, set(":path", "/echo /")),

		TWO_METHODS(MALFORMED, before(":method", "CONNECT")),
		TWO_PROTOCOLS(MALFORMED, before(":protocol", "websocket")),

		TWO_SCHEMES(MALFORMED, before(":scheme", "https")), TWO_PATHS(MALFORMED, before(":path", "/other")),

		TWO_AUTHORITIES(MALFORMED, before(":authority", "other")), UNKNOWN_PSEUDO(MALFORMED, before(":unknown", "a")),

		STATUS_IN_A_REQUEST(MALFORMED, before(":status", "200")), LATE_PSEUDO(MALFORMED, late()),

		UPPER_CASE(MALFORMED, with("X-Upper-Case", "a")), CONNECTION(MALFORMED, with("connection", "upgrade")),

		UPGRADE(MALFORMED, with("upgrade", "websocket")), KEEP_ALIVE(MALFORMED, with("keep-alive", "timeout=5")),

		PROXY_CONNECTION(MALFORMED, with("proxy-connection", "keep-alive")),

		TRANSFER_ENCODING(MALFORMED, with("transfer-encoding", "chunked")), TE_GZIP(MALFORMED, with("te", "gzip")),

		EMPTY_NAME(MALFORMED, with("", "a")), NAME_WITH_A_SPACE(MALFORMED, with("x a", "a")),

		NAME_WITH_A_LINE(MALFORMED, with("x\r\na", "a")), VALUE_WITH_A_LINE(MALFORMED, with("x-a", "a\r\nx-b: b")),

		VALUE_WITH_NUL(MALFORMED, with("x-a", "a\u0000b")), PATH_WITH_A_LINE(MALFORMED, set(":path", "/echo\r\nx: y")),

		CONTENT_LENGTH("400", with("content-length", "5")), CONTENT_LENGTH_ZERO("400", with("content-length", "0")),

		CONTENT_LENGTHS("400", with("content-length", "5, 5")),
		CONTENT_LENGTHS_THAT_DIFFER(MALFORMED, with("content-length", "5, 6")),

		CONTENT_LENGTH_EMPTY(MALFORMED, with("content-length", "")),
		CONTENT_LENGTH_GARBAGE(MALFORMED, with("content-length", "five")),
		CONTENT_LENGTH_NEGATIVE(MALFORMED, with("content-length", "-5")),
		CONTENT_LENGTH_SIGNED(MALFORMED, with("content-length", "+5")),
		CONTENT_LENGTH_HUGE(MALFORMED, with("content-length", "99999999999999999999")),

		TWELVE_KIB("431", with("x-long", "a".repeat(12 * 1024))),

		NINE_KIB("431", with("x-long", "a".repeat(9 * 1024))),

		MANY_FIELDS("431", many());

		private final String outcome;

		private final String[] fields;

		Game(String outcome, String[] fields) {
			this.outcome = outcome;
			this.fields = fields;
		}

		private static String[] with(String name, String value) {
			List<String> fields = new ArrayList<>(List.of(handshake()));
			fields.addAll(List.of(name, value));
			return fields.toArray(String[]::new);
		}

		private static String[] before(String name, String value) {
			List<String> fields = new ArrayList<>(List.of(name, value));
			fields.addAll(List.of(handshake()));
			return fields.toArray(String[]::new);
		}

		private static String[] set(String name, String value) {
			String[] fields = handshake();
			fields[Arrays.asList(fields).indexOf(name) + 1] = value;
			return fields;
		}

		private static String[] late() {
			return new String[] { ":method", "CONNECT", ":protocol", "websocket", ":scheme", "http",
					"sec-websocket-version", "13", ":path", "/echo", ":authority", "localhost" };
		}

		private static String[] many() {
			List<String> fields = new ArrayList<>(List.of(handshake()));
			for (int i = 0; i < 500; i++) {
				fields.addAll(List.of("x-" + i, "a"));
			}
			return fields.toArray(String[]::new);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Application {

		@Bean
		HandlerMapping mapping() {
			WebSocketHandler echo = (session) -> session.send(session.receive().doOnNext(WebSocketMessage::retain));
			return new SimpleUrlHandlerMapping(Map.of("/echo", echo), -1);
		}

	}

}
