package io.github.websockethttp2.frame;

import java.nio.ByteBuffer;

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
		return text.nioBufferCount() == 1 && isAscii(text.nioBuffer());
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
