package io.github.websockethttp2.stream;

import java.util.List;
import java.util.function.BooleanSupplier;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;

/**
 * A frame decoder that leaves bytes as they are while the session has enough frames. It
 * goes on when it is given more, be it nothing, or when the input ends.
 */
final class PausingFrameDecoder extends WebSocket13FrameDecoder {

	private final BooleanSupplier paused;

	private boolean inputEnded;

	PausingFrameDecoder(WebSocketDecoderConfig config, BooleanSupplier paused) {
		super(config);
		this.paused = paused;
	}

	@Override
	protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
		if (this.inputEnded || !this.paused.getAsBoolean()) {
			super.decode(ctx, in, out);
		}
	}

	@Override
	protected void decodeLast(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
		this.inputEnded = true;
		callDecode(ctx, in, out);
	}

}
