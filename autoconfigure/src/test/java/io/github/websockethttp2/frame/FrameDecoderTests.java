package io.github.websockethttp2.frame;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link FrameDecoder}: it takes and refuses what Netty's decoder does,
 * whatever the parts in which it arrives.
 */
class FrameDecoderTests {

	private static final int MAX_LENGTH = 70_000;

	private static final int RUNS = 300;

	@ParameterizedTest
	@EnumSource
	void decodesAsNettyDoes(Role role) {
		for (int seed = 0; seed < RUNS; seed++) {
			Random random = new Random(seed);
			boolean extension = random.nextBoolean();
			byte[] input = frames(random, role);
			List<String> expected = decode(netty(role, extension), List.of(input));
			List<String> actual = decode(decoder(role, extension), split(input, random));
			assertThat(actual).as("seed " + seed).isEqualTo(expected);
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 125, 126, 4096, 4097, 65_535, 65_536, MAX_LENGTH })
	void payloadIsUnmaskedWhereverItIsSplit(int length) {
		byte[] payload = new byte[length];
		new Random(length).nextBytes(payload);
		byte[] input = frame(true, 0, FrameHeadReader.BINARY, 0xA1B2_C3D4, payload);
		for (int first = 1; first < Math.min(input.length, 20); first++) {
			EmbeddedChannel channel = new EmbeddedChannel(decoder(Role.SERVER, false));
			channel.writeInbound(Unpooled.copiedBuffer(input, 0, first));
			channel.writeInbound(Unpooled.copiedBuffer(input, first, input.length - first));
			WebSocketFrame frame = channel.readInbound();
			assertThat(ByteBufUtil.getBytes(frame.content())).isEqualTo(payload);
			frame.release();
		}
	}

	@Test
	void memoryGrowsWithWhatHasArrived() {
		EmbeddedChannel channel = new EmbeddedChannel(
				new FrameDecoder(new FrameRules(Role.SERVER, false, Integer.MAX_VALUE), () -> false));
		// Two gigabytes
		channel.writeInbound(Unpooled.wrappedBuffer(new byte[] { (byte) 0x82, (byte) 0xFF, 0, 0, 0, 0, 0x7F,
				(byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 1, 2, 3, 4 }));
		for (int i = 0; i < 1000; i++) {
			channel.writeInbound(Unpooled.wrappedBuffer(new byte[1000]));
		}
		assertThat(channel.finish()).isFalse();
	}

	@Test
	void bytesWaitWhileTheSessionHasEnough() {
		AtomicBoolean paused = new AtomicBoolean();
		EmbeddedChannel channel = new EmbeddedChannel(
				new FrameDecoder(new FrameRules(Role.CLIENT, false, MAX_LENGTH), paused::get));
		ByteBuf read = Unpooled.buffer();
		for (String text : List.of("one", "two", "three")) {
			read.writeBytes(frame(true, 0, FrameHeadReader.TEXT, 0, text.getBytes()));
		}
		paused.set(true);
		channel.writeInbound(read);
		assertThat(read.refCnt()).as("the buffer that was read").isZero();
		channel.writeInbound(Unpooled.wrappedBuffer(frame(true, 0, FrameHeadReader.TEXT, 0, "four".getBytes())));
		assertThat(texts(channel)).isEmpty();
		paused.set(false);
		channel.pipeline().fireUserEventTriggered(InboundMark.RESUMED);
		assertThat(texts(channel)).containsExactly("one", "two", "three", "four");
	}

	@Test
	void bytesThatWaitAreDecodedWhenTheInputEnds() {
		EmbeddedChannel channel = new EmbeddedChannel(
				new FrameDecoder(new FrameRules(Role.CLIENT, false, MAX_LENGTH), () -> true));
		channel.writeInbound(Unpooled.wrappedBuffer(frame(true, 0, FrameHeadReader.TEXT, 0, "last".getBytes())));
		assertThat(texts(channel)).isEmpty();
		channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
		assertThat(texts(channel)).containsExactly("last");
	}

	@Test
	void nothingFollowsBytesForWhichThereIsNoMemory() {
		AtomicBoolean paused = new AtomicBoolean(true);
		EmbeddedChannel channel = new EmbeddedChannel(
				new FrameDecoder(new FrameRules(Role.CLIENT, false, MAX_LENGTH), paused::get));
		channel.writeInbound(Unpooled.wrappedBuffer(frame(true, 0, FrameHeadReader.TEXT, 0, "one".getBytes())));
		channel.config().setAllocator(new NoMemory());
		ByteBuf second = Unpooled.wrappedBuffer(frame(true, 0, FrameHeadReader.TEXT, 0, "two".getBytes()));
		assertThatIllegalStateException().isThrownBy(() -> channel.writeInbound(second));
		assertThat(second.refCnt()).isZero();
		paused.set(false);
		channel.writeInbound(Unpooled.wrappedBuffer(frame(true, 0, FrameHeadReader.TEXT, 0, "three".getBytes())));
		assertThat(texts(channel)).isEmpty();
		channel.finishAndReleaseAll();
	}

	@Test
	void nothingFollowsAViolation() {
		EmbeddedChannel channel = new EmbeddedChannel(decoder(Role.CLIENT, false));
		ByteBuf masked = Unpooled.wrappedBuffer(frame(true, 0, FrameHeadReader.TEXT, 1, new byte[1]));
		assertThatExceptionOfType(CorruptedWebSocketFrameException.class)
			.isThrownBy(() -> channel.writeInbound(masked));
		assertThat(masked.refCnt()).isZero();
		channel.writeInbound(Unpooled.wrappedBuffer(frame(true, 0, FrameHeadReader.TEXT, 0, new byte[1])));
		assertThat(texts(channel)).isEmpty();
	}

	private static List<String> texts(EmbeddedChannel channel) {
		List<String> texts = new ArrayList<>();
		for (TextWebSocketFrame frame = channel.readInbound(); frame != null; frame = channel.readInbound()) {
			texts.add(frame.text());
			frame.release();
		}
		return texts;
	}

	private static FrameDecoder decoder(Role role, boolean extension) {
		return new FrameDecoder(new FrameRules(role, extension, MAX_LENGTH), () -> false);
	}

	private static WebSocket13FrameDecoder netty(Role role, boolean extension) {
		return new WebSocket13FrameDecoder(WebSocketDecoderConfig.newBuilder()
			.maxFramePayloadLength(MAX_LENGTH)
			.allowExtensions(extension)
			.expectMaskedFrames(role == Role.SERVER)
			.closeOnProtocolViolation(false)
			.build());
	}

	/**
	 * Decodes bytes to descriptions of the frames, the last of which may be a verdict.
	 */
	private static List<String> decode(ChannelHandler decoder, List<byte[]> parts) {
		EmbeddedChannel channel = new EmbeddedChannel(decoder);
		List<String> frames = new ArrayList<>();
		try {
			for (byte[] part : parts) {
				channel.writeInbound(Unpooled.wrappedBuffer(part));
			}
		}
		catch (CorruptedWebSocketFrameException ex) {
			read(channel, frames);
			frames.add("" + ex.closeStatus().code());
		}
		read(channel, frames);
		channel.finishAndReleaseAll();
		return frames;
	}

	private static void read(EmbeddedChannel channel, List<String> frames) {
		for (WebSocketFrame frame = channel.readInbound(); frame != null; frame = channel.readInbound()) {
			if (frame instanceof CloseWebSocketFrame close) {
				frames.add(verdict(close));
			}
			else {
				frames.add(frame.getClass().getSimpleName() + frame.isFinalFragment() + frame.rsv()
						+ Arrays.hashCode(ByteBufUtil.getBytes(frame.content())));
				frame.release();
			}
		}
	}

	private static String verdict(CloseWebSocketFrame frame) {
		try {
			return "Close " + frame.rsv() + CloseFrames.read(frame);
		}
		catch (CorruptedWebSocketFrameException ex) {
			return "" + ex.closeStatus().code();
		}
	}

	/**
	 * Some frames, of which one in four is arbitrary.
	 */
	private static byte[] frames(Random random, Role role) {
		ByteBuf input = Unpooled.buffer();
		boolean within = false;
		for (int i = random.nextInt(12); i >= 0; i--) {
			boolean arbitrary = random.nextInt(4) == 0;
			boolean control = random.nextInt(3) == 0;
			int opcode = (arbitrary) ? random.nextInt(16)
					: (control) ? random.nextInt(FrameHeadReader.CLOSE, FrameHeadReader.PONG + 1)
							: (within) ? FrameHeadReader.CONTINUATION : random.nextInt(1, 3);
			boolean fin = (control && !arbitrary) || random.nextBoolean();
			int rsv = (random.nextInt(6) == 0) ? random.nextInt(8) : 0;
			int[] sizes = { 0, 1, 2, 3, 7, 8, 9, 30, 60, 125, 126, 127, 400, 1000, 4096, 5000, 65_536, MAX_LENGTH };
			byte[] payload = new byte[(control) ? random.nextInt(126) : sizes[random.nextInt(sizes.length)]];
			random.nextBytes(payload);
			if (opcode == FrameHeadReader.CLOSE && payload.length > 1) {
				if (random.nextBoolean()) {
					Arrays.fill(payload, 2, payload.length, (byte) 'a');
				}
				// Below 5000, as Netty looks at the reason of others
				payload[0] = (byte) random.nextInt(3, 0x13);
			}
			boolean masked = (role == Role.SERVER) != (arbitrary && random.nextInt(8) == 0);
			byte[] frame = frame(fin, rsv, opcode, (masked) ? random.nextInt(1, Integer.MAX_VALUE) : 0, payload);
			// No other Close frames, see above
			if (arbitrary && (opcode & 0x7) != 0 && random.nextInt(4) == 0) {
				int index = random.nextInt(Math.min(frame.length, 10));
				frame[index] = (byte) ((index == 0) ? frame[0] ^ 0x70 : random.nextInt(256));
			}
			input.writeBytes(frame);
			within = (opcode <= FrameHeadReader.BINARY) ? !fin : within;
		}
		return ByteBufUtil.getBytes(input);
	}

	private static byte[] frame(boolean fin, int rsv, int opcode, int key, byte[] payload) {
		ByteBuf frame = Unpooled.buffer();
		FrameHead.write(frame, fin, rsv, opcode, key != 0, payload.length);
		if (key != 0) {
			frame.writeInt(key);
		}
		for (int i = 0; i < payload.length; i++) {
			frame.writeByte(payload[i] ^ (key >> (24 - 8 * (i % 4))));
		}
		return ByteBufUtil.getBytes(frame);
	}

	private static List<byte[]> split(byte[] input, Random random) {
		List<byte[]> parts = new ArrayList<>();
		int most = (input.length < 3_000) ? 20 : 20_000;
		for (int i = 0; i < input.length;) {
			int size = Math.min(input.length - i, random.nextInt(1, most));
			parts.add(Arrays.copyOfRange(input, i, i + size));
			i += size;
		}
		return parts;
	}

	private static final class NoMemory extends AbstractByteBufAllocator {

		@Override
		protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
			throw new IllegalStateException("No memory");
		}

		@Override
		protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
			throw new IllegalStateException("No memory");
		}

		@Override
		public boolean isDirectBufferPooled() {
			return false;
		}

	}

}
