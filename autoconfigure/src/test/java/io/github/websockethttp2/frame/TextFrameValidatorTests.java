package io.github.websockethttp2.frame;

import java.util.Arrays;
import java.util.stream.Stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link TextFrameValidator}: it looks at eight bytes at a time, in all kinds
 * of memory.
 */
class TextFrameValidatorTests {

	private static final int LENGTH = 19;

	@ParameterizedTest
	@EnumSource
	void asciiPasses(Memory memory) {
		for (int length = 0; length <= LENGTH; length++) {
			byte[] text = ascii(length);
			EmbeddedChannel channel = new EmbeddedChannel(new TextFrameValidator());
			assertThat(channel.writeInbound(new TextWebSocketFrame(memory.of(text)))).isTrue();
			TextWebSocketFrame passed = channel.readInbound();
			assertThat(passed.text()).hasSize(length);
			passed.release();
		}
	}

	@ParameterizedTest
	@EnumSource
	void octetThatIsNotUtf8IsFoundAnywhere(Memory memory) {
		for (int position = 0; position < LENGTH; position++) {
			byte[] text = ascii(LENGTH);
			text[position] = (byte) 0xFF;
			ByteBuf content = memory.of(text);
			EmbeddedChannel channel = new EmbeddedChannel(new TextFrameValidator());
			assertThatExceptionOfType(CorruptedWebSocketFrameException.class).as("at " + position)
				.isThrownBy(() -> channel.writeInbound(new TextWebSocketFrame(content)));
			assertThat(content.refCnt()).isZero();
		}
	}

	private static byte[] ascii(int length) {
		byte[] text = new byte[length];
		Arrays.fill(text, (byte) 'a');
		return text;
	}

	enum Memory {

		HEAP, DIRECT, WITHIN_ANOTHER, COMPOSITE;

		ByteBuf of(byte[] text) {
			return switch (this) {
				case HEAP -> Unpooled.copiedBuffer(text);
				case DIRECT -> Unpooled.directBuffer(LENGTH).writeBytes(text);
				case WITHIN_ANOTHER -> Unpooled.directBuffer(2 * LENGTH)
					.writeByte(0xFF)
					.writeBytes(text)
					.writeByte(0xFF)
					.readerIndex(1)
					.writerIndex(1 + text.length);
				case COMPOSITE -> Unpooled.compositeBuffer()
					.addComponents(true,
							Stream.of(0, 1)
								.map((half) -> Unpooled.copiedBuffer(Arrays.copyOfRange(text, half * (text.length / 2),
										(half == 0) ? text.length / 2 : text.length)))
								.toArray(ByteBuf[]::new));
			};
		}

	}

}
