package io.github.websockethttp2.frame;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.Utf8FrameValidator;

/**
 * Validates UTF-8 (RFC 6455, section 8.1). Most text is ASCII, which is recognized eight
 * bytes at a time; only other text goes through Netty's validator, which looks at every
 * single byte.
 */
public final class TextFrameValidator extends Utf8FrameValidator {

	private static final long NOT_ASCII = 0x8080808080808080L;

	private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

	TextFrameValidator() {
		super(false);
	}

	@Override
	public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
		if (message instanceof TextWebSocketFrame frame && frame.isFinalFragment() && isAscii(frame.content())) {
			ctx.fireChannelRead(frame);
		}
		else {
			super.channelRead(ctx, message);
		}
	}

	private static boolean isAscii(ByteBuf text) {
		if (text.hasArray()) {
			int begin = text.arrayOffset() + text.readerIndex();
			return isAscii(text.array(), begin, begin + text.readableBytes());
		}
		return text.nioBufferCount() == 1 && isAscii(text.nioBuffer());
	}

	private static boolean isAscii(byte[] text, int begin, int end) {
		int index = begin;
		for (; index <= end - Long.BYTES; index += Long.BYTES) {
			if (((long) LONGS.get(text, index) & NOT_ASCII) != 0) {
				return false;
			}
		}
		for (; index < end; index++) {
			if (text[index] < 0) {
				return false;
			}
		}
		return true;
	}

	/**
	 * Reads the memory itself, since the checks of a {@link ByteBuf} cost more than the
	 * test of eight bytes.
	 */
	private static boolean isAscii(ByteBuffer text) {
		int end = text.limit();
		int index = text.position();
		for (; index <= end - Long.BYTES; index += Long.BYTES) {
			if ((text.getLong(index) & NOT_ASCII) != 0) {
				return false;
			}
		}
		for (; index < end; index++) {
			if (text.get(index) < 0) {
				return false;
			}
		}
		return true;
	}

}
