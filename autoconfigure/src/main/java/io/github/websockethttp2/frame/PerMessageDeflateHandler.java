package io.github.websockethttp2.frame;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketExtension;
import org.jspecify.annotations.Nullable;

/**
 * Decompresses inbound and compresses outbound messages (RFC 7692, section 6). Netty's
 * own handlers limit the size of a buffer but not of a message, need a library for window
 * bits, and cost each session an embedded channel.
 */
public final class PerMessageDeflateHandler extends ChannelDuplexHandler {

	/** Shorter messages would become longer by compression without context. */
	private static final int MIN_SIZE = 64;

	private final int windowBits;

	private final int maxMessageSize;

	private @Nullable MessageInflater inflater;

	PerMessageDeflateHandler(int windowBits, int maxMessageSize) {
		this.windowBits = windowBits;
		this.maxMessageSize = maxMessageSize;
	}

	@Override
	public void channelRead(ChannelHandlerContext ctx, Object message) {
		if (message instanceof WebSocketFrame frame) {
			ctx.fireChannelRead(inflate(ctx, frame));
		}
		else {
			ctx.fireChannelRead(message);
		}
	}

	private WebSocketFrame inflate(ChannelHandlerContext ctx, WebSocketFrame frame) {
		boolean first = frame instanceof TextWebSocketFrame || frame instanceof BinaryWebSocketFrame;
		if (frame.rsv() != 0 && !(first && frame.rsv() == WebSocketExtension.RSV1)) {
			frame.release();
			throw new CorruptedWebSocketFrameException(WebSocketCloseStatus.PROTOCOL_ERROR,
					"Reserved bits without a meaning: " + frame.rsv());
		}
		if (frame.rsv() != 0) {
			this.inflater = new MessageInflater(this.maxMessageSize);
		}
		if (this.inflater == null || !(first || frame instanceof ContinuationWebSocketFrame)) {
			return frame;
		}
		try {
			ByteBuf payload = this.inflater.inflate(ctx.alloc(), frame.content(), frame.isFinalFragment());
			return copy(frame, payload);
		}
		finally {
			if (frame.isFinalFragment()) {
				releaseInflater();
			}
			frame.release();
		}
	}

	private static WebSocketFrame copy(WebSocketFrame frame, ByteBuf payload) {
		if (frame instanceof TextWebSocketFrame) {
			return new TextWebSocketFrame(frame.isFinalFragment(), 0, payload);
		}
		if (frame instanceof BinaryWebSocketFrame) {
			return new BinaryWebSocketFrame(frame.isFinalFragment(), 0, payload);
		}
		return new ContinuationWebSocketFrame(frame.isFinalFragment(), 0, payload);
	}

	@Override
	public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
		if (message instanceof WebSocketFrame frame && isCompressible(frame)) {
			try {
				ByteBuf payload = MessageDeflater.current().deflate(ctx.alloc(), frame.content(), this.windowBits);
				ctx.write((frame instanceof TextWebSocketFrame)
						? new TextWebSocketFrame(true, WebSocketExtension.RSV1, payload)
						: new BinaryWebSocketFrame(true, WebSocketExtension.RSV1, payload), promise);
			}
			finally {
				frame.release();
			}
		}
		else if (message instanceof SharedMessage shared && shared.payloadSize() >= MIN_SIZE) {
			ctx.write(shared.compressed(this.windowBits), promise);
		}
		else {
			ctx.write(message, promise);
		}
	}

	private static boolean isCompressible(WebSocketFrame frame) {
		return (frame instanceof TextWebSocketFrame || frame instanceof BinaryWebSocketFrame)
				&& !(UncompressedFrames.contains(frame)) && frame.content().readableBytes() >= MIN_SIZE;
	}

	@Override
	public void handlerRemoved(ChannelHandlerContext ctx) {
		releaseInflater();
	}

	private void releaseInflater() {
		if (this.inflater != null) {
			this.inflater.release();
			this.inflater = null;
		}
	}

}
