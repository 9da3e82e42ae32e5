package io.github.websockethttp2.frame;

import java.nio.charset.StandardCharsets;
import java.util.function.Function;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SharedMessage}: on the wire it is the same as a message that is not
 * shared.
 */
class SharedMessageTests {

	private static final int MAX_MESSAGE_SIZE = 1_000_000;

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 63, 64, 125, 126, 4_096, 4_097, 65_535, 65_536, 200_000 })
	void sharedIsTheSameOnTheWire(int size) {
		assertThat(encoded(size, 0, (shared) -> shared)).isEqualTo(encoded(size, 0, SharedMessage::toFrame));
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 63, 64, 125, 126, 4_096, 4_097, 65_535, 65_536, 200_000 })
	void sharedIsTheSameCompressed(int size) {
		for (int windowBits : new int[] { 8, 12, 15 }) {
			assertThat(encoded(size, windowBits, (shared) -> shared))
				.isEqualTo(encoded(size, windowBits, SharedMessage::toFrame));
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 125, 126, 4_096, 4_097, 65_535, 65_536, 200_000 })
	void clientMasksItsOwnCopy(int size) {
		SharedMessage message = message(size, false);
		EmbeddedChannel client = new EmbeddedChannel(new FrameEncoder(Role.CLIENT, new NoBacklog()));
		EmbeddedChannel server = new EmbeddedChannel(new WebSocket13FrameDecoder(true, false, MAX_MESSAGE_SIZE));
		for (int i = 0; i < 2; i++) {
			client.writeOutbound(message);
			for (ByteBuf bytes = client.readOutbound(); bytes != null; bytes = client.readOutbound()) {
				server.writeInbound(bytes);
			}
			BinaryWebSocketFrame frame = server.readInbound();
			assertThat(frame.content()).isEqualTo(message.uncompressed().payload());
			frame.release();
		}
		client.finish();
		server.finish();
	}

	@Test
	void isCompressedOnceForEachSizeOfWindow() {
		SharedMessage message = message(10_000, true);
		assertThat(message.compressed(15)).isSameAs(message.compressed(15)).isNotSameAs(message.compressed(10));
		assertThat(message.compressed(15).size()).isLessThan(message.size() / 2);
	}

	@Test
	void payloadCannotBeChanged() {
		SharedMessage message = new SharedMessage(true,
				Unpooled.wrappedBuffer("hello".getBytes(StandardCharsets.UTF_8)));
		assertThat(message.isText()).isTrue();
		assertThat(message.payload().isReadOnly()).isTrue();
		assertThat(StandardCharsets.UTF_8.decode(message.payload()).toString()).isEqualTo("hello");
		assertThat(message.payloadSize()).isEqualTo(5);
		assertThat(message.size()).isEqualTo(7);
	}

	private static SharedMessage message(int size, boolean text) {
		ByteBuf payload = Unpooled.buffer(size);
		for (int i = 0; i < size; i++) {
			payload.writeByte('a' + i % 17);
		}
		return new SharedMessage(text, payload);
	}

	/**
	 * Encodes a text and a binary message, and a frame between them.
	 */
	private static String encoded(int size, int windowBits, Function<SharedMessage, Object> written) {
		EmbeddedChannel channel = new EmbeddedChannel(new FrameEncoder(Role.SERVER, new NoBacklog()));
		if (windowBits != 0) {
			channel.pipeline().addLast(new PerMessageDeflateHandler(windowBits, MAX_MESSAGE_SIZE));
		}
		channel.write(written.apply(message(size, true)));
		WebSocketFrame between = new TextWebSocketFrame("between");
		channel.write(between);
		channel.write(written.apply(message(size, false)));
		channel.flush();
		ByteBuf all = Unpooled.buffer();
		for (ByteBuf bytes = channel.readOutbound(); bytes != null; bytes = channel.readOutbound()) {
			all.writeBytes(bytes);
			bytes.release();
		}
		channel.finish();
		return ByteBufUtil.hexDump(all);
	}

	private static final class NoBacklog implements ByteOutput {

		@Override
		public ByteBuf allocate(ByteBufAllocator allocator, int capacity) {
			return allocator.buffer(capacity);
		}

		@Override
		public boolean copies(int length) {
			return false;
		}

		@Override
		public boolean isHoldingBack() {
			return false;
		}

		@Override
		public void flushWhenWritten() {
		}

	}

}
