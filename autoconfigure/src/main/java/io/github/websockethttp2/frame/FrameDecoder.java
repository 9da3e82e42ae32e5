package io.github.websockethttp2.frame;

import java.util.function.BooleanSupplier;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import org.jspecify.annotations.Nullable;

/**
 * Decodes frames (RFC 6455, section 5.2). Leaves bytes undecoded while the session has
 * enough messages, and goes on when more bytes arrive, at {@link InboundMark#RESUMED}, or
 * when the input ends. Nothing follows a Close frame or a violation.
 * <p>
 * Netty's decoder collects the bytes of a frame first and copies them then, into pooled
 * memory. For small messages that was more than a third of what they cost.
 */
public final class FrameDecoder extends ChannelInboundHandlerAdapter {

	private final BooleanSupplier paused;

	private final FrameHeadReader head;

	private final PayloadReader payload = new PayloadReader();

	/** What is being decoded, or waits for it. */
	private @Nullable ByteBuf bytes;

	/** What still comes is decoded even if the session has enough. */
	private boolean inputEnded;

	/** What still comes is dropped. */
	private boolean ended;

	FrameDecoder(FrameRules rules, BooleanSupplier paused) {
		this.head = new FrameHeadReader(rules);
		this.paused = paused;
	}

	@Override
	public void channelRead(ChannelHandlerContext ctx, Object message) {
		if (message instanceof ByteBuf more) {
			add(ctx, more);
			decode(ctx);
			if (this.bytes == more) {
				// Does not keep the whole buffer that was read
				this.bytes = ctx.alloc().buffer(more.readableBytes()).writeBytes(more);
				more.release();
			}
		}
		else {
			ctx.fireChannelRead(message);
		}
	}

	private void add(ChannelHandlerContext ctx, ByteBuf more) {
		ByteBuf before = this.bytes;
		if (before == null) {
			this.bytes = more;
			return;
		}
		this.bytes = null;
		try {
			this.bytes = ctx.alloc()
				.buffer(before.readableBytes() + more.readableBytes())
				.writeBytes(before)
				.writeBytes(more);
		}
		catch (Throwable ex) {
			// What follows has no meaning without them
			this.ended = true;
			throw ex;
		}
		finally {
			before.release();
			more.release();
		}
	}

	/**
	 * Decodes what there is. May be called again by whoever gets a frame.
	 */
	private void decode(ChannelHandlerContext ctx) {
		try {
			while (this.bytes != null && this.bytes.isReadable() && !this.ended
					&& (this.inputEnded || !this.paused.getAsBoolean())) {
				WebSocketFrame frame = next(ctx, this.bytes);
				if (frame != null) {
					ctx.fireChannelRead(frame);
				}
			}
		}
		catch (Throwable ex) {
			this.ended = true;
			throw ex;
		}
		finally {
			if (this.ended) {
				release();
			}
			else if (this.bytes != null && !this.bytes.isReadable()) {
				this.bytes.release();
				this.bytes = null;
			}
		}
	}

	private @Nullable WebSocketFrame next(ChannelHandlerContext ctx, ByteBuf in) {
		if (!this.head.read(in)) {
			return null;
		}
		ByteBuf payload = this.payload.read(ctx.alloc(), in, this.head.length(), this.head.key());
		if (payload == null) {
			return null;
		}
		this.head.payloadRead();
		this.ended = this.head.opcode() == FrameHeadReader.CLOSE;
		return frame(this.head, payload);
	}

	private static WebSocketFrame frame(FrameHeadReader head, ByteBuf payload) {
		return switch (head.opcode()) {
			case FrameHeadReader.TEXT -> new TextWebSocketFrame(head.isFinal(), head.rsv(), payload);
			case FrameHeadReader.BINARY -> new BinaryWebSocketFrame(head.isFinal(), head.rsv(), payload);
			case FrameHeadReader.CONTINUATION -> new ContinuationWebSocketFrame(head.isFinal(), head.rsv(), payload);
			case FrameHeadReader.PING -> new PingWebSocketFrame(true, head.rsv(), payload);
			case FrameHeadReader.PONG -> new PongWebSocketFrame(true, head.rsv(), payload);
			default -> new CloseWebSocketFrame(true, head.rsv(), payload);
		};
	}

	@Override
	public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
		if (event == InboundMark.RESUMED) {
			decode(ctx);
			ctx.fireChannelReadComplete();
			return;
		}
		if (event instanceof ChannelInputShutdownEvent) {
			decodeLast(ctx);
		}
		ctx.fireUserEventTriggered(event);
	}

	@Override
	public void channelInactive(ChannelHandlerContext ctx) {
		decodeLast(ctx);
		ctx.fireChannelInactive();
	}

	private void decodeLast(ChannelHandlerContext ctx) {
		this.inputEnded = true;
		if (this.bytes != null) {
			try {
				decode(ctx);
			}
			catch (Throwable ex) {
				// The end comes behind it
				ctx.fireExceptionCaught(ex);
			}
			ctx.fireChannelReadComplete();
		}
	}

	@Override
	public void handlerRemoved(ChannelHandlerContext ctx) {
		this.ended = true;
		release();
	}

	private void release() {
		this.payload.release();
		if (this.bytes != null) {
			this.bytes.release();
			this.bytes = null;
		}
	}

}
