package io.github.websockethttp2.frame;

import java.nio.ByteBuffer;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.Utf8FrameValidator;

/**
 * Netty's validator of text (RFC 6455, section 8.1), which looks at each byte by itself,
 * behind a look at eight bytes at a time: most text is ASCII.
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
	 * On the memory itself: a {@link ByteBuf} checks more for each eight bytes than there
	 * is to do.
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
