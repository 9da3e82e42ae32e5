package io.github.websockethttp2.testsupport;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link WebSocketStream} and {@link WebSocketFrames} against Netty's codec.
 */
class WebSocketStreamTests {

	private final MemoryStream transport = new MemoryStream();

	private final WebSocketStream webSocket = new WebSocketStream(this.transport);

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 3, 4, 125, 126, 127, 65535, 65536, 70001 })
	void writesMaskedFrames(int length) {
		byte[] payload = payload(length);
		this.webSocket.sendBinary(payload);
		WebSocketFrame frame = decode(this.transport.sent.toByteArray());
		assertThat(frame).isInstanceOf(BinaryWebSocketFrame.class);
		assertThat(frame.isFinalFragment()).isTrue();
		assertThat(ByteBufUtil.getBytes(frame.content())).isEqualTo(payload);
		frame.release();
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 0x80000000, 0xFFFFFFFF, 0x01020384 })
	void masksWithAnyMask(int mask) {
		byte[] payload = payload(11);
		WebSocketFrame frame = decode(WebSocketFrames.masked(false, 5, Frame.TEXT, payload, mask));
		assertThat(frame).isInstanceOf(TextWebSocketFrame.class);
		assertThat(frame.isFinalFragment()).isFalse();
		assertThat(frame.rsv()).isEqualTo(5);
		assertThat(ByteBufUtil.getBytes(frame.content())).isEqualTo(payload);
		frame.release();
	}

	@Test
	void writesUnmaskedFrame() {
		this.webSocket.sendUnmaskedFrame(true, 0, Frame.TEXT, new byte[] { 'a' });
		assertThat(this.transport.sent.toByteArray()).containsExactly(0x81, 0x01, 'a');
	}

	@Test
	void writesCloseFrame() {
		this.webSocket.sendClose(4001, "why");
		WebSocketFrame frame = decode(this.transport.sent.toByteArray());
		assertThat(frame).isInstanceOfSatisfying(CloseWebSocketFrame.class, (close) -> {
			assertThat(close.statusCode()).isEqualTo(4001);
			assertThat(close.reasonText()).isEqualTo("why");
		});
		frame.release();
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 125, 126, 127, 65535, 65536, 70001 })
	void readsFrames(int length) {
		byte[] payload = payload(length);
		receive(new BinaryWebSocketFrame(false, 3, Unpooled.wrappedBuffer(payload)));
		Frame frame = this.webSocket.awaitFrame();
		assertThat(frame.fin()).isFalse();
		assertThat(frame.rsv()).isEqualTo(3);
		assertThat(frame.opcode()).isEqualTo(Frame.BINARY);
		assertThat(frame.payload()).isEqualTo(payload);
		assertThat(this.webSocket.awaitEndOfBytes()).isEqualTo(EndOfBytes.END_STREAM);
	}

	@Test
	void readsFragmentedText() {
		receive(new TextWebSocketFrame(false, 0, "a"), new ContinuationWebSocketFrame(false, 0, "b"),
				new ContinuationWebSocketFrame(true, 0, "ü"), new CloseWebSocketFrame(1001, "gone"));
		assertThat(this.webSocket.awaitText()).isEqualTo("abü");
		assertThat(this.webSocket.awaitClose()).isEqualTo(new Close(1001, "gone"));
	}

	@Test
	void readsCloseWithoutStatus() {
		this.transport.receive(0x88, 0x00);
		assertThat(this.webSocket.awaitClose()).isEqualTo(new Close(Close.NO_STATUS, ""));
	}

	@Test
	void failsOnUnexpectedFrame() {
		receive(new PingWebSocketFrame(), new TextWebSocketFrame("a"));
		assertThatExceptionOfType(AssertionError.class).isThrownBy(this.webSocket::awaitText)
			.withMessageContaining("opcode 1 but received Frame[fin=true, rsv=0, opcode=9");
	}

	@Test
	void failsOnBytesBeforeTheEnd() {
		this.transport.receive(0x81, 0x00);
		assertThatExceptionOfType(AssertionError.class).isThrownBy(this.webSocket::awaitEndOfBytes)
			.withMessageContaining("[81, 00]");
	}

	@Test
	void failsOnMaskedFrame() {
		this.transport.receive(0x81, 0x81, 0, 0, 0, 0, 'a');
		assertFailsToRead();
	}

	@Test
	void failsOnNeedlesslyLongLength() {
		this.transport.receive(0x81, 126, 0, 1, 'a');
		assertFailsToRead();
	}

	@Test
	void failsOnReservedOpcode() {
		this.transport.receive(0x83, 0);
		assertFailsToRead();
	}

	@Test
	void failsOnFragmentedControlFrame() {
		this.transport.receive(0x09, 0);
		assertFailsToRead();
	}

	@Test
	void failsOnTruncatedFrame() {
		this.transport.receive(0x81, 2, 'a');
		assertFailsToRead();
	}

	@Test
	void failsOnMalformedText() {
		this.transport.receive(0x81, 1, 0xFF);
		assertThatExceptionOfType(AssertionError.class).isThrownBy(this.webSocket::awaitText);
	}

	private void assertFailsToRead() {
		assertThatExceptionOfType(AssertionError.class).isThrownBy(this.webSocket::awaitFrame);
	}

	private void receive(WebSocketFrame... frames) {
		EmbeddedChannel channel = new EmbeddedChannel(new WebSocket13FrameEncoder(false));
		channel.writeOutbound((Object[]) frames);
		ByteBuf bytes = channel.readOutbound();
		while (bytes != null) {
			this.transport.received.writeBytes(ByteBufUtil.getBytes(bytes));
			bytes.release();
			bytes = channel.readOutbound();
		}
		channel.finishAndReleaseAll();
	}

	private static WebSocketFrame decode(byte[] bytes) {
		EmbeddedChannel channel = new EmbeddedChannel(new WebSocket13FrameDecoder(WebSocketDecoderConfig.newBuilder()
			.expectMaskedFrames(true)
			.allowExtensions(true)
			.withUTF8Validator(false)
			.maxFramePayloadLength(100_000)
			.build()));
		channel.writeInbound(Unpooled.wrappedBuffer(bytes));
		WebSocketFrame frame = channel.readInbound();
		Object more = channel.readInbound();
		assertThat(more).isNull();
		channel.finishAndReleaseAll();
		return frame;
	}

	private static byte[] payload(int length) {
		byte[] payload = new byte[length];
		new Random(length).nextBytes(payload);
		return payload;
	}

	/**
	 * Bytes that have all arrived.
	 */
	private static final class MemoryStream implements ByteStream {

		private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

		private final ByteArrayOutputStream received = new ByteArrayOutputStream();

		private int read;

		void receive(int... bytes) {
			for (int value : bytes) {
				this.received.write(value);
			}
		}

		@Override
		public CompletableFuture<Void> write(byte[] bytes) {
			this.sent.writeBytes(bytes);
			return CompletableFuture.completedFuture(null);
		}

		@Override
		public CompletableFuture<Void> endStream() {
			return CompletableFuture.completedFuture(null);
		}

		@Override
		public byte[] awaitBytes(int length, String what) {
			if (this.received.size() - this.read < length) {
				throw new AssertionError("Ended; awaited " + what);
			}
			this.read += length;
			return Arrays.copyOfRange(this.received.toByteArray(), this.read - length, this.read);
		}

		@Override
		public byte[] awaitRest() {
			return awaitBytes(this.received.size() - this.read, "rest");
		}

		@Override
		public EndOfBytes awaitEndOfBytes() {
			return EndOfBytes.END_STREAM;
		}

	}

}
