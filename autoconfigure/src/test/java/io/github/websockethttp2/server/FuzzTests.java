package io.github.websockethttp2.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.Deflater;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import io.github.websockethttp2.handshake.SameOriginPolicy;
import io.github.websockethttp2.session.WebSocketSessions;
import io.github.websockethttp2.testsupport.LogCapture;
import io.github.websockethttp2.testsupport.RawHttp2;
import io.github.websockethttp2.testsupport.TestServer;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketFrames;
import io.github.websockethttp2.testsupport.WebSocketStream;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameTypes;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Handshakes and frames that a seeded generator makes: whatever comes, nothing is logged,
 * nothing leaks, every session ends, and the next client is served. For longer, set the
 * system property {@code fuzz.seconds}; {@code fuzz.seed} repeats a run.
 */
class FuzzTests {

	private static final Duration TIME = Duration.ofSeconds(Long.getLong("fuzz.seconds", 5)).dividedBy(2);

	private static final long SEED = Long.getLong("fuzz.seed", 20_261_122L);

	private static final String[] VALUES = { "", "13", "8", "13, 8", "websocket", "WebSocket", "upgrade",
			"keep-alive, Upgrade", "permessage-deflate", "permessage-deflate; server_max_window_bits=8",
			"permessage-deflate; =; ;,,\"", ",", ";", "chat, superchat", "null", "http://localhost",
			"https://evil.example", "host=\"[::1]:80\";proto=https", "%zz", "a".repeat(3_000),
			"AAAAAAAAAAAAAAAAAAAAAA==", "-1", "99999999999999999999", "\u00e9\u00ff", "chunked", "5" };

	private static final String[] NAMES = { "sec-websocket-version", "sec-websocket-extensions",
			"sec-websocket-protocol", "sec-websocket-key", "origin", "host", "upgrade", "connection", "forwarded",
			"x-forwarded-host", "x-forwarded-port", "x-forwarded-proto", "content-length", "transfer-encoding",
			"expect", "cookie", "te", "x-http2-stream-id", "http2-settings", "accept" };

	@ParameterizedTest
	@EnumSource(names = { "H1", "H2C" })
	void nothingHarmsTheServer(Transport transport) throws Exception {
		System.out.println("Fuzzing " + transport + " for " + TIME + " with -Dfuzz.seed=" + SEED);
		Random random = new Random(SEED);
		try (TestServer server = TestServer.start(transport, Application.class, "server.shutdown=immediate",
				"websocket.http2.compression.enabled=true", "websocket.http2.close-timeout=100ms",
				"websocket.http2.allowed-origins=http://localhost"); LogCapture log = LogCapture.start()) {
			long end = System.nanoTime() + TIME.toNanos();
			for (int i = 0; System.nanoTime() < end; i++) {
				if (transport.isHttp2()) {
					http2(server.port(), random);
				}
				else {
					http1(server.port(), random);
				}
				if (i % 50 == 0) {
					assertThatItServes(server);
					assertQuiet(log);
				}
			}
			assertThatItServes(server);
			Awaitility.await().until(() -> server.bean(WebSocketSessions.class).getCount() == 0);
			assertQuiet(log);
		}
	}

	/**
	 * But for two lines from below us, Reactor Netty's of bytes that are no HTTP/1.1 and
	 * Netty's of DATA that crosses a reset, and for the first refused origin.
	 */
	private static void assertQuiet(LogCapture log) {
		assertThat(log.events()).filteredOn((event) -> event.getLevel().isGreaterOrEqual(Level.INFO))
			.filteredOn((event) -> !event.getFormattedMessage().contains("Decoding failed"))
			.filteredOn((event) -> !event.getLoggerName().equals(SameOriginPolicy.class.getName()))
			.filteredOn((event) -> !event.getFormattedMessage().contains(" frame for stream RST_STREAM sent."))
			.extracting((event) -> event + "\n" + ThrowableProxyUtil.asString(event.getThrowableProxy()))
			.isEmpty();
	}

	private static void assertThatItServes(TestServer server) {
		try (WebSocketConnection connection = server.connect()) {
			WebSocketStream socket = connection.open("/echo");
			socket.sendText("on");
			assertThat(socket.awaitText()).isEqualTo("on");
			socket.sendClose(1000, "");
			assertThat(socket.awaitClose().code()).isEqualTo(1000);
		}
	}

	private static void http1(int port, Random random) throws IOException {
		List<String> lines = new ArrayList<>(List.of("Host: localhost", "Upgrade: websocket", "Connection: Upgrade",
				"Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="));
		if (random.nextBoolean()) {
			lines.add("Sec-WebSocket-Extensions: permessage-deflate");
		}
		for (int i = mutations(random); i > 0; i--) {
			switch (random.nextInt(3)) {
				case 0 -> lines.remove(random.nextInt(lines.size()));
				case 1 -> lines.add(pick(random, NAMES) + ": " + pick(random, VALUES));
				default -> Collections.shuffle(lines, random);
			}
			if (lines.isEmpty()) {
				lines.add("X: y");
			}
		}
		String request = "GET " + ((random.nextInt(10) == 0) ? "/nowhere" : "/echo") + " HTTP/1.1\r\n"
				+ String.join("\r\n", lines) + "\r\n\r\n";
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
			socket.setSoTimeout(2_000);
			socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
			if (random.nextBoolean()) {
				assertThat(socket.getInputStream().read()).isGreaterThanOrEqualTo(-1);
			}
			for (int i = random.nextInt(10); i > 0; i--) {
				socket.getOutputStream().write(frame(random));
			}
			if (random.nextBoolean()) {
				socket.setSoLinger(true, 0);
			}
		}
		catch (IOException ex) {
			// The server has closed the connection, as it may
		}
	}

	private static void http2(int port, Random random) {
		try (RawHttp2 connection = RawHttp2.connect(port)) {
			int streams = 1 + random.nextInt(8);
			for (int i = 0; i < streams; i++) {
				int streamId = 2 * i + 1;
				connection.send(Http2FrameTypes.HEADERS,
						Http2Flags.END_HEADERS | ((random.nextInt(20) == 0) ? Http2Flags.END_STREAM : 0), streamId,
						RawHttp2.block(fields(random)));
				if (random.nextBoolean() && !isAnswered(connection, streamId)) {
					return;
				}
				for (int j = random.nextInt(10); j > 0; j--) {
					sendSomething(connection, 1 + 2 * random.nextInt(i + 1), random);
				}
			}
		}
	}

	private static boolean isAnswered(RawHttp2 connection, int streamId) {
		String outcome = connection.awaitOutcome(streamId);
		return !outcome.equals("closed") && !outcome.startsWith("GOAWAY");
	}

	private static void sendSomething(RawHttp2 connection, int streamId, Random random) {
		switch (random.nextInt(20)) {
			case 0 -> connection.send(Http2FrameTypes.RST_STREAM, 0, streamId, (byte) 0, (byte) 0, (byte) 0,
					(byte) random.nextInt(16));
			case 1 -> connection.send(Http2FrameTypes.WINDOW_UPDATE, 0, streamId, (byte) 0, (byte) 0,
					(byte) random.nextInt(2), (byte) 0);
			case 2 -> connection.send(Http2FrameTypes.DATA, Http2Flags.END_STREAM, streamId, frame(random));
			case 3 -> connection.send(Http2FrameTypes.PING, 0, 0, new byte[8]);
			case 4 -> connection.send(Http2FrameTypes.HEADERS, Http2Flags.END_HEADERS | Http2Flags.END_STREAM, streamId,
					RawHttp2.block("x-trailer", "a"));
			case 5 -> connection.send(random.nextInt(12), random.nextInt(256), streamId, noise(random, 20));
			default -> {
				byte[] frame = frame(random);
				int split = random.nextInt(frame.length + 1);
				connection.send(Http2FrameTypes.DATA, 0, streamId, Arrays.copyOf(frame, split));
				connection.send(Http2FrameTypes.DATA, 0, streamId, Arrays.copyOfRange(frame, split, frame.length));
			}
		}
	}

	private static String[] fields(Random random) {
		List<String[]> fields = new ArrayList<>(List.of(new String[] { ":method", "CONNECT" },
				new String[] { ":protocol", "websocket" }, new String[] { ":scheme", "http" },
				new String[] { ":path", (random.nextInt(10) == 0) ? "/nowhere" : "/echo" },
				new String[] { ":authority", "localhost" }, new String[] { "sec-websocket-version", "13" }));
		if (random.nextBoolean()) {
			fields.add(new String[] { "sec-websocket-extensions", "permessage-deflate" });
		}
		for (int i = mutations(random); i > 0; i--) {
			int index = random.nextInt(fields.size());
			switch (random.nextInt(5)) {
				case 0 -> fields.remove(index);
				case 1 -> fields.add(index, fields.get(index));
				case 2 -> fields.set(index, new String[] { fields.get(index)[0], pick(random, VALUES) });
				case 3 -> Collections.shuffle(fields, random);
				default -> fields.add(new String[] { pick(random, NAMES), pick(random, VALUES) });
			}
			if (fields.isEmpty()) {
				fields.add(new String[] { "x", "y" });
			}
		}
		return fields.stream().flatMap(Arrays::stream).toArray(String[]::new);
	}

	/**
	 * Every other handshake is as it should be.
	 */
	private static int mutations(Random random) {
		return (random.nextBoolean()) ? 0 : 1 + random.nextInt(3);
	}

	/**
	 * A frame, good or bad, or a few, or a part of one.
	 */
	private static byte[] frame(Random random) {
		ByteArrayOutputStream frames = new ByteArrayOutputStream();
		for (int i = 1 + random.nextInt(3); i > 0; i--) {
			int opcode = (random.nextInt(8) == 0) ? random.nextInt(16) : random.nextInt(3);
			int rsv = (random.nextInt(4) == 0) ? 4 : (random.nextInt(20) == 0) ? random.nextInt(8) : 0;
			byte[] payload = switch (random.nextInt(4)) {
				case 0 -> noise(random, 200);
				case 1 -> "text \u00e9\u20ac".repeat(random.nextInt(200)).getBytes(StandardCharsets.UTF_8);
				case 2 -> WebSocketFrames.deflated(noise(random, 100_000), Deflater.BEST_COMPRESSION);
				default -> WebSocketFrames.closePayload(random.nextInt(6_000), "reason");
			};
			boolean fin = random.nextInt(3) > 0;
			frames.writeBytes((random.nextInt(30) == 0) ? WebSocketFrames.unmasked(fin, rsv, opcode, payload)
					: WebSocketFrames.masked(fin, rsv, opcode, payload));
		}
		byte[] bytes = frames.toByteArray();
		byte[] limited = Arrays.copyOf(bytes, Math.min(bytes.length, 16_000));
		if (random.nextInt(10) == 0) {
			limited[random.nextInt(limited.length)] ^= (byte) (1 << random.nextInt(8));
		}
		return limited;
	}

	private static byte[] noise(Random random, int limit) {
		byte[] bytes = new byte[random.nextInt(limit)];
		if (random.nextBoolean()) {
			random.nextBytes(bytes);
		}
		return bytes;
	}

	private static String pick(Random random, String[] values) {
		return values[random.nextInt(values.length)];
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
