package io.github.websockethttp2.server.http2;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;

import ch.qos.logback.classic.Level;
import io.github.websockethttp2.testsupport.LogCapture;
import io.github.websockethttp2.testsupport.Often;
import io.github.websockethttp2.testsupport.RawHttp2;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketStream;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetric;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameTypes;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A connection that is flooded ends, or its sender waits; memory and log stay bounded,
 * and another connection is served. See the table in docs/security.md.
 */
class FloodTests {

	private static final int FRAMES = 30_000;

	private static final int BOMBS = 20;

	private static final int RESETS = 300;

	private static final int REFUSED = Often.times(500, 3_000);

	private static final long MEMORY = 48L * 1024 * 1024;

	@RegisterExtension
	static final TestServers servers = new TestServers(Application.class,
			"websocket.http2.max-client-resets=" + RESETS);

	@ParameterizedTest
	@EnumSource
	void connectionEndsAndAnotherIsServed(Flood flood) {
		int port = servers.server(Transport.H2C).port();
		try (WebSocketConnection another = servers.connect(Transport.H2C);
				RawHttp2 connection = RawHttp2.connect(port);
				LogCapture log = LogCapture.start()) {
			WebSocketStream socket = another.open("/echo");
			long before = allocated();
			flood.send(connection);
			if (flood.level == Level.INFO) {
				Awaitility.await()
					.atMost(Waiting.LONG_TIMEOUT)
					.until(() -> log.messages().stream().anyMatch((message) -> message.contains("control frames")));
			}
			assertThat(allocated() - before).isLessThan(MEMORY);
			socket.sendText("on");
			assertThat(socket.awaitText()).isEqualTo("on");
			assertThat(connection.awaitOutcome(flood.streamId)).isIn(flood.outcome, "closed");
			log.assertNothingAbove(flood.level);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/nowhere", "/echo" })
	void refusedHandshakesCostNothingThatLasts(String path) {
		int port = servers.server(Transport.H2C).port();
		try (WebSocketConnection another = servers.connect(Transport.H2C);
				RawHttp2 connection = RawHttp2.connect(port);
				LogCapture log = LogCapture.start()) {
			WebSocketStream socket = another.open("/echo");
			long before = allocated();
			byte[] refused = handshake(path, "8");
			for (int i = 0; i < REFUSED; i++) {
				int streamId = 2 * i + 1;
				connection.send(Http2FrameTypes.HEADERS, Http2Flags.END_HEADERS, streamId, refused);
				connection.send(Http2FrameTypes.DATA, Http2Flags.END_STREAM, streamId);
				connection.send(Http2FrameTypes.WINDOW_UPDATE, 0, 0, (byte) 0, (byte) 0, (byte) 1, (byte) 0);
				assertThat(connection.awaitOutcome(streamId)).isEqualTo((path.equals("/echo")) ? "426" : "404");
			}
			int last = 2 * REFUSED + 1;
			connection.send(Http2FrameTypes.HEADERS, Http2Flags.END_HEADERS, last, handshake("/echo", "13"));
			assertThat(connection.awaitOutcome(last)).isEqualTo("200");
			assertThat(allocated() - before).isLessThan(MEMORY);
			socket.sendText("on");
			assertThat(socket.awaitText()).isEqualTo("on");
			log.assertNothingAbove(Level.DEBUG);
		}
	}

	private static byte[] handshake(String path, String version) {
		return RawHttp2.block(":method", "CONNECT", ":protocol", "websocket", ":scheme", "http", ":path", path,
				":authority", "localhost", "sec-websocket-version", version);
	}

	private static long allocated() {
		ByteBufAllocatorMetric metric = ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric();
		return metric.usedDirectMemory() + metric.usedHeapMemory();
	}

	private static byte[] repeat(byte[] frame, int times) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream(frame.length * times);
		for (int i = 0; i < times; i++) {
			bytes.writeBytes(frame);
		}
		return bytes.toByteArray();
	}

	enum Flood {

		/**
		 * Answers that the client does not read pile up until Netty ends the connection,
		 * and says so.
		 */
		SETTINGS_FRAMES("GOAWAY ENHANCE_YOUR_CALM", Level.INFO) {

			@Override
			void send(RawHttp2 connection) {
				byte[] frames = repeat(RawHttp2.frame(Http2FrameTypes.SETTINGS, 0, 0, (byte) 0, (byte) 4, (byte) 0,
						(byte) 0, (byte) 1, (byte) 0), 1_000);
				for (int i = 0; i < FRAMES / 1_000 && connection.sendBytes(frames); i++) {
					Thread.onSpinWait();
				}
			}

		},

		PINGS("GOAWAY ENHANCE_YOUR_CALM", Level.INFO) {

			@Override
			void send(RawHttp2 connection) {
				byte[] frames = repeat(RawHttp2.frame(Http2FrameTypes.PING, 0, 0, new byte[8]), 1_000);
				for (int i = 0; i < FRAMES / 1_000 && connection.sendBytes(frames); i++) {
					Thread.onSpinWait();
				}
			}

		},

		EMPTY_DATA("GOAWAY ENHANCE_YOUR_CALM") {

			@Override
			void send(RawHttp2 connection) {
				connection.send(Http2FrameTypes.HEADERS, Http2Flags.END_HEADERS, 1, handshake("/echo", "13"));
				connection.awaitOutcome(1);
				connection.sendBytes(repeat(RawHttp2.frame(Http2FrameTypes.DATA, 0, 1), FRAMES));
			}

		},

		CONTINUATIONS("GOAWAY ENHANCE_YOUR_CALM") {

			@Override
			void send(RawHttp2 connection) {
				connection.send(Http2FrameTypes.HEADERS, 0, 1, handshake("/echo", "13"));
				byte[] block = RawHttp2.block("x-a", "a".repeat(100));
				connection.sendBytes(repeat(RawHttp2.frame(Http2FrameTypes.CONTINUATION, 0, 1, block), FRAMES));
			}

		},

		EMPTY_CONTINUATIONS("GOAWAY ENHANCE_YOUR_CALM") {

			@Override
			void send(RawHttp2 connection) {
				connection.send(Http2FrameTypes.HEADERS, 0, 1, handshake("/echo", "13"));
				connection.sendBytes(repeat(RawHttp2.frame(Http2FrameTypes.CONTINUATION, 0, 1), FRAMES));
			}

		},

		RAPID_RESET("GOAWAY ENHANCE_YOUR_CALM") {

			@Override
			void send(RawHttp2 connection) {
				byte[] cancel = ByteBuffer.allocate(4).putInt(8).array();
				byte[] handshake = handshake("/echo", "13");
				for (int i = 0; i < 4 * RESETS; i++) {
					ByteArrayOutputStream bytes = new ByteArrayOutputStream();
					bytes.writeBytes(
							RawHttp2.frame(Http2FrameTypes.HEADERS, Http2Flags.END_HEADERS, 2 * i + 1, handshake));
					bytes.writeBytes(RawHttp2.frame(Http2FrameTypes.RST_STREAM, 0, 2 * i + 1, cancel));
					if (!connection.sendBytes(bytes.toByteArray())) {
						return;
					}
				}
			}

		},

		/** Makes the server do the resetting. */
		MADE_YOU_RESET("GOAWAY ENHANCE_YOUR_CALM") {

			@Override
			void send(RawHttp2 connection) {
				byte[] handshake = handshake("/echo", "13");
				for (int i = 0; i < 4 * RESETS; i++) {
					ByteArrayOutputStream bytes = new ByteArrayOutputStream();
					bytes.writeBytes(
							RawHttp2.frame(Http2FrameTypes.HEADERS, Http2Flags.END_HEADERS, 2 * i + 1, handshake));
					bytes.writeBytes(RawHttp2.frame(Http2FrameTypes.WINDOW_UPDATE, 0, 2 * i + 1, new byte[4]));
					if (!connection.sendBytes(bytes.toByteArray())) {
						return;
					}
				}
			}

		},

		/** A field of 4,000 bytes, indexed, and referred to by one byte each time. */
		HPACK_BOMB("431", Level.DEBUG, 2 * BOMBS - 1) {

			@Override
			void send(RawHttp2 connection) {
				ByteArrayOutputStream block = new ByteArrayOutputStream();
				block.writeBytes(handshake("/echo", "13"));
				byte[] field = RawHttp2.block("x-bomb", "b".repeat(4_000));
				field[0] = 0x40;
				block.writeBytes(field);
				connection.send(Http2FrameTypes.HEADERS, Http2Flags.END_HEADERS | Http2Flags.END_STREAM, 1,
						block.toByteArray());
				byte[] bomb = new byte[8_000];
				Arrays.fill(bomb, (byte) (0x80 | 62));
				for (int i = 1; i < BOMBS; i++) {
					if (!connection.send(Http2FrameTypes.HEADERS, Http2Flags.END_HEADERS | Http2Flags.END_STREAM,
							2 * i + 1, bomb)) {
						return;
					}
				}
			}

		};

		private final String outcome;

		private final Level level;

		private final int streamId;

		Flood(String outcome) {
			this(outcome, Level.DEBUG);
		}

		Flood(String outcome, Level level) {
			this(outcome, level, Integer.MAX_VALUE);
		}

		Flood(String outcome, Level level, int streamId) {
			this.outcome = outcome;
			this.level = level;
			this.streamId = streamId;
		}

		abstract void send(RawHttp2 connection);

	}

	@Configuration(proxyBeanMethods = false)
	static class Application {

		@Bean
		NettyServerCustomizer smallSendBuffer() {
			return (server) -> server.childOption(ChannelOption.SO_SNDBUF, 8 * 1024);
		}

		@Bean
		HandlerMapping mapping() {
			WebSocketHandler echo = (session) -> session.send(session.receive().doOnNext(WebSocketMessage::retain));
			return new SimpleUrlHandlerMapping(Map.of("/echo", echo), -1);
		}

	}

}
