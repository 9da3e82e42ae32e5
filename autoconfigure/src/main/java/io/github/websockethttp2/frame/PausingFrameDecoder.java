package io.github.websockethttp2.frame;

import java.util.List;
import java.util.function.BooleanSupplier;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;

/**
 * A frame decoder that leaves bytes undecoded while the session has enough messages. It
 * goes on when more bytes arrive, at {@link InboundMark#RESUMED}, or when the input ends.
 */
public final class PausingFrameDecoder extends WebSocket13FrameDecoder {

	private final BooleanSupplier paused;

	private boolean inputEnded;

	private boolean corrupt;

	PausingFrameDecoder(WebSocketDecoderConfig config, BooleanSupplier paused) {
		super(config);
		this.paused = paused;
	}

	@Override
	public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
		if (event == InboundMark.RESUMED) {
			channelRead(ctx, Unpooled.EMPTY_BUFFER);
			channelReadComplete(ctx);
		}
		else {
			super.userEventTriggered(ctx, event);
		}
	}

	@Override
	protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
		if (this.corrupt) {
			// At once, since Netty's decoder skips what follows a violation byte by byte
			in.skipBytes(in.readableBytes());
		}
		else if (this.inputEnded || !this.paused.getAsBoolean()) {
			decodeFrame(ctx, in, out);
		}
	}

	private void decodeFrame(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
		try {
			super.decode(ctx, in, out);
		}
		catch (CorruptedWebSocketFrameException ex) {
			this.corrupt = true;
			throw ex;
		}
	}

	@Override
	protected void decodeLast(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
		this.inputEnded = true;
		callDecode(ctx, in, out);
	}

}
