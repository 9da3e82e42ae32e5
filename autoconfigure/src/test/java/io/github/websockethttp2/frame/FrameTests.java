package io.github.websockethttp2.frame;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

import ch.qos.logback.classic.Level;
import io.github.websockethttp2.session.UncompressedMessage;
import io.github.websockethttp2.testsupport.Close;
import io.github.websockethttp2.testsupport.Frame;
import io.github.websockethttp2.testsupport.LogCapture;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.Waiting;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketFrames;
import io.github.websockethttp2.testsupport.WebSocketStream;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetric;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a peer may put into frames (RFC 6455, section 5; RFC 7692), and what ends its
 * session, and no other, with which close code.
 */
class FrameTests {

	private static final int MAX_MESSAGE_SIZE = 2 * 1024 * 1024;

	private static final int RSV1 = 4;

	@RegisterExtension
	static final TestServers servers = new TestServers(Application.class, "websocket.http2.compression.enabled=true",
			"websocket.http2.max-message-size=2MB");

	@ParameterizedTest
	@MethodSource("violations")
	void violationEndsTheSessionAndNoOther(Transport transport, Violation violation) {
		Application.statuses.clear();
		try (WebSocketConnection connection = servers.connect(transport); LogCapture log = LogCapture.start()) {
			WebSocketStream other = (transport.isHttp2()) ? connection.open("/echo") : null;
			WebSocketStream socket = open(connection, "/watched", violation.compressed);
			violation.bytes.accept(socket);
			assertThat(socket.awaitClose()).isEqualTo(new Close(violation.code, ""));
			socket.endStream();
			socket.awaitEndOfBytes();
			assertThat(awaitStatus()).isEqualTo(violation.code);
			if (other != null) {
				other.sendText("on");
				assertThat(other.awaitText()).isEqualTo("on");
			}
			log.assertNothingAbove(Level.DEBUG);
		}
	}

	static Stream<Arguments> violations() {
		return transports()
			.flatMap((transport) -> Arrays.stream(Violation.values()).map((each) -> Arguments.of(transport, each)));
	}

	@ParameterizedTest
	@MethodSource("badText")
	void textThatIsNotUtf8EndsTheSession(Transport transport, byte[] text) {
		List<Consumer<WebSocketStream>> ways = List.of((socket) -> socket.sendFrame(true, 0, Frame.TEXT, text),
				(socket) -> sendOctets(socket, Frame.TEXT, text), (socket) -> sendFragments(socket, text),
				(socket) -> sendInTwoFrames(socket, text));
		for (Consumer<WebSocketStream> way : ways) {
			try (WebSocketConnection connection = servers.connect(transport)) {
				WebSocketStream socket = open(connection, "/echo", false);
				way.accept(socket);
				assertThat(socket.awaitClose().code()).isEqualTo(1007);
			}
		}
		try (WebSocketConnection connection = servers.connect(transport)) {
			WebSocketStream socket = open(connection, "/echo", true);
			socket.sendFrame(true, RSV1, Frame.TEXT, deflate(text));
			assertThat(socket.awaitClose().code()).isEqualTo(1007);
		}
	}

	static Stream<Arguments> badText() {
		List<byte[]> texts = List.of(bytes(0x80), bytes('a', 0xBF, 'b'), bytes(0xC0, 0xAF), bytes(0xC1, 0xBF),
				bytes(0xE0, 0x80, 0xAF), bytes(0xED, 0xA0, 0x80), bytes(0xED, 0xBF, 0xBF),
				bytes(0xF0, 0x80, 0x80, 0xAF), bytes(0xF4, 0x90, 0x80, 0x80), bytes(0xF5, 0x80, 0x80, 0x80),
				bytes(0xFE), bytes('x', 0xFF), bytes('x', 0xE2, 0x82), bytes(0xF0, 0x9F, 0x98), bytes(0xC3),
				bytes(0xC3, 'x'));
		return transports().flatMap((transport) -> texts.stream().map((text) -> Arguments.of(transport, text)));
	}

	@ParameterizedTest
	@EnumSource(names = { "H1", "H2C" })
	void textMayBeSplitAnywhere(Transport transport) {
		String text = "aé€\uD83D\uDE00\u0000\uFFFD\uD7FF\uE000\uDBFF\uDFFF";
		byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
		try (WebSocketConnection connection = servers.connect(transport)) {
			WebSocketStream socket = open(connection, "/echo", false);
			sendOctets(socket, Frame.TEXT, bytes);
			assertThat(socket.awaitText()).isEqualTo(text);
			for (int i = 0; i <= bytes.length; i++) {
				socket.sendFrame(false, 0, Frame.TEXT, Arrays.copyOf(bytes, i));
				socket.sendPing("between " + i);
				assertThat(socket.awaitPong()).isEqualTo("between " + i);
				socket.sendFrame(true, 0, Frame.CONTINUATION, Arrays.copyOfRange(bytes, i, bytes.length));
				assertThat(socket.awaitText()).isEqualTo(text);
			}
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H1", "H2C" })
	void binaryNeedNotBeUtf8(Transport transport) {
		byte[] bytes = bytes(0xFF, 0xFE, 0xC0, 0x80);
		try (WebSocketConnection connection = servers.connect(transport)) {
			WebSocketStream socket = open(connection, "/echo", false);
			sendOctets(socket, Frame.BINARY, bytes);
			assertThat(socket.awaitBinary()).isEqualTo(bytes);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H1", "H2C" })
	void closeCodesThatExistAreAnswered(Transport transport) {
		for (int code : new int[] { 1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999,
				4000, 4999 }) {
			try (WebSocketConnection connection = servers.connect(transport)) {
				WebSocketStream socket = connection.open("/echo");
				socket.sendClose(code, "é");
				assertThat(socket.awaitClose().code()).isEqualTo(code);
			}
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H1", "H2C" })
	void messageOfTheGreatestSizePasses(Transport transport) {
		byte[] message = new byte[MAX_MESSAGE_SIZE];
		try (WebSocketConnection connection = servers.connect(transport)) {
			WebSocketStream socket = open(connection, "/length", false);
			socket.sendFrame(true, 0, Frame.BINARY, message);
			assertThat(socket.awaitText()).isEqualTo("" + MAX_MESSAGE_SIZE);
			socket.sendFrame(false, 0, Frame.BINARY, Arrays.copyOf(message, MAX_MESSAGE_SIZE - 1));
			socket.sendFrame(true, 0, Frame.CONTINUATION, new byte[1]);
			assertThat(socket.awaitText()).isEqualTo("" + MAX_MESSAGE_SIZE);
		}
		try (WebSocketConnection connection = servers.connect(transport)) {
			WebSocketStream socket = open(connection, "/length", true);
			socket.sendFrame(true, RSV1, Frame.BINARY, deflate(message));
			assertThat(socket.awaitText()).isEqualTo("" + MAX_MESSAGE_SIZE);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H1", "H2C" })
	void bombCostsNoMoreMemoryThanTheLimit(Transport transport) throws Exception {
		byte[] bomb = bomb();
		assertThat(bomb).hasSizeBetween(1_000_000, MAX_MESSAGE_SIZE);
		long before = allocated();
		AtomicBoolean done = new AtomicBoolean();
		long[] peak = { before };
		Thread sampler = new Thread(() -> {
			while (!done.get()) {
				peak[0] = Math.max(peak[0], allocated());
				Thread.onSpinWait();
			}
		}, "test-sampler");
		try (WebSocketConnection connection = servers.connect(transport)) {
			WebSocketStream socket = open(connection, "/echo", true);
			sampler.start();
			socket.sendFrame(true, RSV1, Frame.BINARY, bomb);
			assertThat(socket.awaitClose().code()).isEqualTo(1009);
		}
		finally {
			done.set(true);
			sampler.join(Waiting.TIMEOUT.toMillis());
		}
		// The frame, the message, and the next larger room that it moves to
		assertThat(peak[0] - before).isLessThan(8L * MAX_MESSAGE_SIZE);
	}

	@ParameterizedTest
	@EnumSource(names = { "H1", "H2C" })
	void messagesAreCompressedWhereTheClientOffersIt(Transport transport) throws Exception {
		String text = "compress me ".repeat(50);
		try (WebSocketConnection connection = servers.connect(transport)) {
			WebSocketStream socket = open(connection, "/echo", true);
			socket.sendFrame(true, RSV1, Frame.TEXT, deflate(text.getBytes(StandardCharsets.UTF_8)));
			Frame frame = socket.awaitFrame();
			assertThat(frame.rsv()).isEqualTo(RSV1);
			assertThat(frame.payload()).hasSizeLessThan(100);
			assertThat(inflate(frame.payload())).asString(StandardCharsets.UTF_8).isEqualTo(text);
			// Too short to gain anything
			socket.sendText("short");
			assertThat(socket.awaitText()).isEqualTo("short");
			socket.sendFrame(false, RSV1, Frame.TEXT, new byte[0]);
			byte[] deflated = deflate(text.getBytes(StandardCharsets.UTF_8));
			for (byte each : deflated) {
				socket.sendFrame(false, 0, Frame.CONTINUATION, new byte[] { each });
			}
			socket.sendPing("between");
			assertThat(socket.awaitPong()).isEqualTo("between");
			socket.sendFrame(true, 0, Frame.CONTINUATION, new byte[0]);
			assertThat(inflate(socket.awaitFrame().payload())).asString(StandardCharsets.UTF_8).isEqualTo(text);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H1", "H2C" })
	void messageMayOptOutOfCompression(Transport transport) {
		String text = "leave me as I am ".repeat(50);
		try (WebSocketConnection connection = servers.connect(transport)) {
			WebSocketStream socket = open(connection, "/uncompressed", true);
			socket.sendText(text);
			assertThat(socket.awaitText()).isEqualTo(text);
			socket.sendBinary(text.getBytes(StandardCharsets.UTF_8));
			assertThat(socket.awaitBinary()).asString(StandardCharsets.UTF_8).isEqualTo(text);
		}
	}

	private static Stream<Transport> transports() {
		return Stream.of(Transport.H1, Transport.H2C);
	}

	private static WebSocketStream open(WebSocketConnection connection, String path, boolean compressed) {
		return (compressed) ? connection.open(path, "sec-websocket-extensions", "permessage-deflate")
				: connection.open(path);
	}

	private static int awaitStatus() {
		return Waiting.take(Application.statuses);
	}

	private static void sendOctets(WebSocketStream socket, int opcode, byte[] payload) {
		for (byte octet : WebSocketFrames.masked(true, 0, opcode, payload)) {
			socket.sendBytes(new byte[] { octet });
		}
	}

	private static void sendFragments(WebSocketStream socket, byte[] payload) {
		int opcode = Frame.TEXT;
		for (byte octet : payload) {
			socket.sendFrame(false, 0, opcode, new byte[] { octet });
			opcode = Frame.CONTINUATION;
		}
		socket.sendFrame(true, 0, opcode, new byte[0]);
	}

	private static void sendInTwoFrames(WebSocketStream socket, byte[] payload) {
		int half = payload.length / 2;
		socket.sendFrame(false, 0, Frame.TEXT, Arrays.copyOf(payload, half));
		socket.sendFrame(true, 0, Frame.CONTINUATION, Arrays.copyOfRange(payload, half, payload.length));
	}

	private static byte[] bytes(int... values) {
		byte[] bytes = new byte[values.length];
		for (int i = 0; i < values.length; i++) {
			bytes[i] = (byte) values[i];
		}
		return bytes;
	}

	/**
	 * 1 GiB of zeros in about 1 MiB.
	 */
	private static byte[] bomb() {
		byte[] part = deflate(new byte[16 * 1024 * 1024]);
		ByteArrayOutputStream bomb = new ByteArrayOutputStream();
		for (int i = 0; i < 63; i++) {
			bomb.writeBytes(part);
			bomb.writeBytes(bytes(0, 0, 0xFF, 0xFF));
		}
		bomb.writeBytes(part);
		return bomb.toByteArray();
	}

	private static byte[] deflate(byte[] message) {
		return WebSocketFrames.deflated(message, Deflater.BEST_COMPRESSION);
	}

	private static byte[] inflate(byte[] payload) throws Exception {
		Inflater inflater = new Inflater(true);
		byte[] input = Arrays.copyOf(payload, payload.length + 4);
		input[payload.length + 2] = (byte) 0xFF;
		input[payload.length + 3] = (byte) 0xFF;
		inflater.setInput(input);
		byte[] inflated = new byte[1024 * 1024];
		int length = inflater.inflate(inflated);
		inflater.end();
		return Arrays.copyOf(inflated, length);
	}

	private static long allocated() {
		ByteBufAllocatorMetric metric = ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric();
		return metric.usedDirectMemory() + metric.usedHeapMemory();
	}

	enum Violation {

		UNMASKED(1002, (socket) -> socket.sendUnmaskedFrame(true, 0, Frame.TEXT, bytes('a'))),

		UNMASKED_CLOSE(1002, (socket) -> socket.sendUnmaskedFrame(true, 0, Frame.CLOSE, new byte[0])),

		RSV1_WITHOUT_EXTENSION(1002, frame(true, 4, Frame.TEXT)),

		RSV2_WITHOUT_EXTENSION(1002, frame(true, 2, Frame.TEXT)),

		RSV3_WITHOUT_EXTENSION(1002, frame(true, 1, Frame.BINARY)),

		RSV_ON_PING_WITHOUT_EXTENSION(1002, frame(true, 7, Frame.PING)),

		RSV2_WITH_EXTENSION(1002, true, frame(true, 2, Frame.TEXT)),

		RSV3_WITH_EXTENSION(1002, true, frame(true, 5, Frame.TEXT)),

		RSV1_ON_PING(1002, true, frame(true, 4, Frame.PING)),

		RSV1_ON_PONG(1002, true, frame(true, 4, Frame.PONG)),

		RSV1_ON_CLOSE(1002, true, frame(true, 4, Frame.CLOSE)),

		RSV1_ON_CONTINUATION(1002, true, (socket) -> {
			socket.sendFrame(false, 4, Frame.TEXT, new byte[0]);
			socket.sendFrame(true, 4, Frame.CONTINUATION, new byte[0]);
		}),

		OPCODE_3(1002, frame(true, 0, 3)), OPCODE_4(1002, frame(true, 0, 4)), OPCODE_5(1002, frame(true, 0, 5)),

		OPCODE_6(1002, frame(true, 0, 6)), OPCODE_7(1002, frame(false, 0, 7)), OPCODE_B(1002, frame(true, 0, 0xB)),

		OPCODE_C(1002, frame(true, 0, 0xC)), OPCODE_D(1002, frame(true, 0, 0xD)), OPCODE_E(1002, frame(true, 0, 0xE)),

		OPCODE_F(1002, frame(true, 0, 0xF)), OPCODE_3_WITH_EXTENSION(1002, true, frame(true, 0, 3)),

		CONTINUATION_OF_NOTHING(1002, frame(true, 0, Frame.CONTINUATION)),

		TEXT_WITHIN_A_MESSAGE(1002, (socket) -> {
			socket.sendFrame(false, 0, Frame.TEXT, bytes('a'));
			socket.sendFrame(true, 0, Frame.TEXT, bytes('b'));
		}),

		FRAGMENTED_PING(1002, frame(false, 0, Frame.PING)),

		FRAGMENTED_CLOSE(1002, frame(false, 0, Frame.CLOSE)),

		LONG_PING(1002, (socket) -> socket.sendFrame(true, 0, Frame.PING, new byte[126])),

		LONG_PONG(1002, (socket) -> socket.sendFrame(true, 0, Frame.PONG, new byte[70_000])),

		LONG_CLOSE(1002,
				(socket) -> socket.sendFrame(true, 0, Frame.CLOSE,
						WebSocketFrames.closePayload(1000, "x".repeat(124)))),

		LENGTH_THAT_IS_NEGATIVE(1002,
				(socket) -> socket.sendBytes(bytes(0x82, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))),

		CLOSE_OF_ONE_BYTE(1002, (socket) -> socket.sendFrame(true, 0, Frame.CLOSE, bytes(3))),

		CLOSE_0(0), CLOSE_999(999), CLOSE_1004(1004), CLOSE_1005(1005), CLOSE_1006(1006), CLOSE_1015(1015),

		CLOSE_1016(1016), CLOSE_2999(2999), CLOSE_5000(5000), CLOSE_65535(65535),

		CLOSE_REASON_NOT_UTF8(1007, (socket) -> socket.sendFrame(true, 0, Frame.CLOSE, bytes(3, 0xE8, 0xC0, 0xAF))),

		CLOSE_REASON_CUT_OFF(1007, (socket) -> socket.sendFrame(true, 0, Frame.CLOSE, bytes(3, 0xE8, 'a', 0xE2, 0x82))),

		TOO_BIG_IN_ONE_FRAME(1009,
				(socket) -> socket.sendBytes(bytes(0x82, 0xFF, 0, 0, 0, 0, 0, 0x20, 0, 1, 0, 0, 0, 0))),

		TOO_BIG_BY_FAR(1009,
				(socket) -> socket
					.sendBytes(bytes(0x81, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0))),

		TOO_BIG_IN_FRAGMENTS(1009, (socket) -> {
			socket.sendFrame(false, 0, Frame.BINARY, new byte[MAX_MESSAGE_SIZE]);
			socket.sendFrame(false, 0, Frame.CONTINUATION, new byte[1]);
		}),

		TOO_BIG_WHEN_DECOMPRESSED(1009, true,
				(socket) -> socket.sendFrame(true, RSV1, Frame.BINARY, deflate(new byte[MAX_MESSAGE_SIZE + 1]))),

		TOO_BIG_WHEN_FRAGMENTS_ARE_DECOMPRESSED(1009, true, (socket) -> {
			byte[] deflated = deflate(new byte[MAX_MESSAGE_SIZE + 1]);
			socket.sendFrame(false, RSV1, Frame.BINARY, Arrays.copyOf(deflated, 100));
			socket.sendFrame(false, 0, Frame.CONTINUATION, Arrays.copyOfRange(deflated, 100, deflated.length));
		}),

		NOT_DEFLATE(1007, true, (socket) -> socket.sendFrame(true, RSV1, Frame.BINARY, bytes(0xFF, 0xFF, 0xFF, 0xFF))),

		NOT_DEFLATE_IN_FRAGMENTS(1007, true, (socket) -> {
			socket.sendFrame(false, RSV1, Frame.BINARY, deflate(new byte[100]));
			socket.sendFrame(false, 0, Frame.CONTINUATION, bytes(0xFF, 0xFF, 0xFF, 0xFF));
		});

		private final int code;

		private final boolean compressed;

		private final Consumer<WebSocketStream> bytes;

		Violation(int closeCode) {
			this(1002, (socket) -> socket.sendFrame(true, 0, Frame.CLOSE, WebSocketFrames.closePayload(closeCode, "")));
		}

		Violation(int code, Consumer<WebSocketStream> bytes) {
			this(code, false, bytes);
		}

		Violation(int code, boolean compressed, Consumer<WebSocketStream> bytes) {
			this.code = code;
			this.compressed = compressed;
			this.bytes = bytes;
		}

		private static Consumer<WebSocketStream> frame(boolean fin, int rsv, int opcode) {
			return (socket) -> socket.sendFrame(fin, rsv, opcode, new byte[0]);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Application {

		static final BlockingQueue<Integer> statuses = new LinkedBlockingQueue<>();

		@Bean
		HandlerMapping mapping() {
			WebSocketHandler echo = (session) -> session.send(session.receive().doOnNext(WebSocketMessage::retain));
			WebSocketHandler watched = (session) -> {
				session.closeStatus().subscribe((status) -> statuses.add(status.getCode()));
				return echo.handle(session);
			};
			WebSocketHandler length = (session) -> session.send(session.receive()
				.map((message) -> session.textMessage("" + message.getPayload().readableByteCount())));
			return new SimpleUrlHandlerMapping(Map.of("/echo", echo, "/watched", watched, "/length", length,
					"/uncompressed", (WebSocketHandler) Application::uncompressed), -1);
		}

		private static Mono<Void> uncompressed(WebSocketSession session) {
			return session.send(session.receive().doOnNext(WebSocketMessage::retain).map(UncompressedMessage::new));
		}

	}

}
