package io.github.websockethttp2.frame;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

import io.github.websockethttp2.server.WebSocketMapping;
import io.github.websockethttp2.testsupport.Frame;
import io.github.websockethttp2.testsupport.TestServers;
import io.github.websockethttp2.testsupport.Transport;
import io.github.websockethttp2.testsupport.WebSocketConnection;
import io.github.websockethttp2.testsupport.WebSocketFrames;
import io.github.websockethttp2.testsupport.WebSocketStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The limit for the size of a message, at its edges.
 */
class MessageSizeTests {

	private static final int LIMIT = 65_536;

	private static final int RSV1 = 4;

	private static final String[] COMPRESSED = { "sec-websocket-extensions", "permessage-deflate" };

	@RegisterExtension
	static final TestServers LIMITED = new TestServers(Handlers.class, "websocket.http2.compression.enabled=true");

	@RegisterExtension
	static final TestServers LARGEST = new TestServers(Handlers.class, "websocket.http2.compression.enabled=true",
			"websocket.http2.max-message-size=2147483647B");

	@ParameterizedTest
	@EnumSource
	void messageOfTheLimitPassesInEveryForm(Transport transport) {
		byte[] message = noise(LIMIT);
		try (WebSocketConnection connection = LIMITED.connect(transport)) {
			assertPasses(connection.open("/size"), message, message);
		}
		try (WebSocketConnection connection = LIMITED.connect(transport)) {
			WebSocketStream socket = connection.open("/size", COMPRESSED);
			assertPasses(socket, message, message);
			for (int level : new int[] { Deflater.NO_COMPRESSION, Deflater.BEST_SPEED, Deflater.BEST_COMPRESSION }) {
				assertPassesCompressed(socket, message, WebSocketFrames.deflated(message, level));
			}
			assertPassesCompressed(socket, message, store(message, 64));
			assertPassesCompressed(socket, new byte[LIMIT],
					WebSocketFrames.deflated(new byte[LIMIT], Deflater.BEST_COMPRESSION));
		}
	}

	@ParameterizedTest
	@EnumSource
	void messageAboveTheLimitIsTooBigInEveryForm(Transport transport) {
		byte[] noise = noise(LIMIT + 1);
		byte[] zeros = new byte[LIMIT + 1];
		for (String[] headers : new String[][] { {}, COMPRESSED }) {
			assertTooBig(transport, 0, noise, headers);
		}
		assertTooBig(transport, RSV1, WebSocketFrames.deflated(noise, Deflater.BEST_SPEED), COMPRESSED);
		assertTooBig(transport, RSV1, WebSocketFrames.deflated(noise, Deflater.NO_COMPRESSION), COMPRESSED);
		assertTooBig(transport, RSV1, WebSocketFrames.deflated(zeros, Deflater.BEST_COMPRESSION), COMPRESSED);
	}

	/**
	 * Before the server has received, and kept, any of it.
	 */
	@ParameterizedTest
	@EnumSource
	void frameThatNoMessageNeedsIsTooBigByItsLength(Transport transport) {
		for (String[] headers : new String[][] { {}, COMPRESSED }) {
			int rsv = (headers.length > 0) ? RSV1 : 0;
			for (long length : new long[] { 2 * LIMIT, 1L << 31, Long.MAX_VALUE }) {
				try (WebSocketConnection connection = LIMITED.connect(transport)) {
					WebSocketStream socket = connection.open("/size", headers);
					socket.sendBytes(ByteBuffer.allocate(10)
						.put((byte) (0x80 | (rsv << 4) | Frame.BINARY))
						.put((byte) (0x80 | 127))
						.putLong(length)
						.array());
					assertThat(socket.awaitClose().code()).isEqualTo(1009);
				}
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void largestLimitThereIsWorks(Transport transport) {
		byte[] message = noise(100_000);
		try (WebSocketConnection connection = LARGEST.connect(transport)) {
			assertPasses(connection.open("/size"), message, message);
		}
		try (WebSocketConnection connection = LARGEST.connect(transport)) {
			WebSocketStream socket = connection.open("/size", COMPRESSED);
			assertPasses(socket, message, message);
			assertPassesCompressed(socket, message, WebSocketFrames.deflated(message, Deflater.BEST_SPEED));
			assertPassesCompressed(socket, new byte[0], WebSocketFrames.deflated(new byte[0], Deflater.BEST_SPEED));
		}
	}

	@Test
	void fragmentsOfMoreThanTwoGigabytesAreTooBig() {
		MessageAssembler assembler = new MessageAssembler(new NettyDataBufferFactory(UnpooledByteBufAllocator.DEFAULT),
				Integer.MAX_VALUE);
		ByteBuf first = large();
		ByteBuf second = large();
		assertThat(assembler.add(UnpooledByteBufAllocator.DEFAULT, new BinaryWebSocketFrame(false, 0, first))).isNull();
		assertThatExceptionOfType(CorruptedWebSocketFrameException.class).isThrownBy(
				() -> assembler.add(UnpooledByteBufAllocator.DEFAULT, new ContinuationWebSocketFrame(true, 0, second)))
			.satisfies((ex) -> assertThat(ex.closeStatus()).isEqualTo(WebSocketCloseStatus.MESSAGE_TOO_BIG));
		assertThat(first.refCnt()).isZero();
		assertThat(second.refCnt()).isZero();
	}

	@Test
	void framesAreBoundedByWhatTheMessageCanTake() {
		assertThat(MessageInflater.maxFrameSize(1)).isGreaterThan(5);
		assertThat(MessageInflater.maxFrameSize(LIMIT)).isBetween(LIMIT + 10, LIMIT * 5 / 4);
		for (int limit : new int[] { 1_900_000_000, Integer.MAX_VALUE - 1, Integer.MAX_VALUE }) {
			assertThat(MessageInflater.maxFrameSize(limit)).isEqualTo(Integer.MAX_VALUE);
		}
	}

	private static void assertPassesCompressed(WebSocketStream socket, byte[] message, byte[] deflated) {
		assertPasses(socket, RSV1, message, deflated);
	}

	private static void assertPasses(WebSocketStream socket, byte[] message, byte[] payload) {
		assertPasses(socket, 0, message, payload);
	}

	private static void assertPasses(WebSocketStream socket, int rsv, byte[] message, byte[] payload) {
		socket.sendFrame(true, rsv, Frame.BINARY, payload);
		assertThat(socket.awaitText()).isEqualTo(describe(message));
		sendFragments(socket, rsv, payload);
		assertThat(socket.awaitText()).isEqualTo(describe(message));
	}

	private static void assertTooBig(Transport transport, int rsv, byte[] payload, String... headers) {
		try (WebSocketConnection connection = LIMITED.connect(transport)) {
			WebSocketStream socket = connection.open("/size", headers);
			socket.sendFrame(true, rsv, Frame.BINARY, payload);
			assertThat(socket.awaitClose().code()).isEqualTo(1009);
		}
		try (WebSocketConnection connection = LIMITED.connect(transport)) {
			WebSocketStream socket = connection.open("/size", headers);
			sendFragments(socket, rsv, payload);
			assertThat(socket.awaitClose().code()).isEqualTo(1009);
		}
	}

	private static void sendFragments(WebSocketStream socket, int rsv, byte[] payload) {
		int half = payload.length / 2;
		socket.sendFrame(false, rsv, Frame.BINARY, Arrays.copyOf(payload, half));
		socket.sendContinuation(new byte[0], false);
		socket.sendContinuation(Arrays.copyOfRange(payload, half, payload.length), true);
	}

	private static byte[] noise(int length) {
		byte[] noise = new byte[length];
		new Random(length).nextBytes(noise);
		return noise;
	}

	/**
	 * As one does that has little memory: in stored blocks (RFC 1951, section 3.2.4) of
	 * its size.
	 */
	private static byte[] store(byte[] message, int blockSize) {
		ByteArrayOutputStream stored = new ByteArrayOutputStream();
		for (int i = 0; i < message.length; i += blockSize) {
			int length = Math.min(blockSize, message.length - i);
			stored.write(0);
			stored.write(length);
			stored.write(length >> 8);
			stored.write(~length);
			stored.write(~length >> 8);
			stored.write(message, i, length);
		}
		stored.write(0);
		return stored.toByteArray();
	}

	/**
	 * More than a gigabyte that takes a megabyte.
	 */
	private static ByteBuf large() {
		ByteBuf megabyte = Unpooled.buffer(1024 * 1024).writeZero(1024 * 1024);
		CompositeByteBuf large = Unpooled.compositeBuffer(2048);
		for (int i = 0; i < 1100; i++) {
			large.addComponent(true, megabyte.retainedDuplicate());
		}
		megabyte.release();
		return large;
	}

	private static String describe(byte[] message) {
		CRC32 checksum = new CRC32();
		checksum.update(message);
		return message.length + " " + checksum.getValue();
	}

	@Configuration(proxyBeanMethods = false)
	static class Handlers {

		@Bean
		@WebSocketMapping("/size")
		WebSocketHandler size() {
			return (session) -> session
				.send(session.receive().map((message) -> session.textMessage(describe(bytes(message)))));
		}

		private static byte[] bytes(WebSocketMessage message) {
			byte[] bytes = new byte[message.getPayload().readableByteCount()];
			message.getPayload().read(bytes);
			return bytes;
		}

	}

}
