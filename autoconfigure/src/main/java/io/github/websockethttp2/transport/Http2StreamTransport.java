package io.github.websockethttp2.transport;

import java.util.Objects;

import io.github.websockethttp2.frame.HeldBytes;
import io.github.websockethttp2.frame.InboundMark;
import io.github.websockethttp2.frame.OutboundMark;
import io.github.websockethttp2.frame.Role;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelOption;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/2 stream as the transport of a session: turns DATA frames into bytes and back.
 * <p>
 * Inbound, every frame is taken off the connection at once, but the stream's window is
 * given back only for bytes that the session has read. A session that does not read holds
 * its own window and nothing else. Outbound, see {@link DataFrameWriter}.
 */
public final class Http2StreamTransport extends ChannelDuplexHandler implements ByteTransport {

	/** RFC 9113, section 6.5.2: the frame size that every peer accepts. */
	private static final int FRAME_SIZE = 16 * 1024;

	private final StreamConnection connection;

	private final HeldBytes inbound = new HeldBytes();

	private final DataFrameWriter outbound;

	private @Nullable ChannelHandlerContext ctx;

	private boolean reading;

	private boolean delivering;

	private boolean heard;

	private int consumed;

	private InputEnd inputEnd = InputEnd.OPEN;

	private @Nullable StreamWindow window;

	/**
	 * Create a transport.
	 * @param connection the connection of the stream
	 * @param role which end this is
	 */
	public Http2StreamTransport(StreamConnection connection, Role role) {
		this.connection = connection;
		this.outbound = new DataFrameWriter(role);
	}

	@Override
	public void handlerAdded(ChannelHandlerContext ctx) {
		this.ctx = ctx;
		ctx.channel().config().setOption(Http2StreamChannelOption.AUTO_STREAM_FLOW_CONTROL, false);
	}

	@Override
	public void begin() {
		this.connection.accepted(stream());
	}

	@Override
	public void exchangeEnded() {
		// The exchange does not control the reading of a stream
	}

	@Override
	public void setReading(boolean reading) {
		boolean resumed = reading && !this.reading;
		this.reading = reading;
		if (resumed && !this.delivering) {
			ChannelHandlerContext ctx = context();
			resumeDecoder(ctx);
			deliverHeld(ctx);
			tellOfEnd(ctx);
		}
	}

	/**
	 * Delivers the bytes in the decoder, which paused with the session.
	 */
	private void resumeDecoder(ChannelHandlerContext ctx) {
		this.delivering = true;
		try {
			ctx.fireUserEventTriggered(InboundMark.RESUMED);
		}
		finally {
			this.delivering = false;
		}
	}

	@Override
	public void channelRead(ChannelHandlerContext ctx, Object message) {
		if (message instanceof DefaultHttp2DataFrame frame) {
			onData(ctx, frame);
		}
		else if (message instanceof Http2HeadersFrame trailers && trailers.isEndStream()) {
			endInput(ctx);
		}
		else {
			ctx.fireChannelRead(message);
		}
	}

	private void onData(ChannelHandlerContext ctx, DefaultHttp2DataFrame frame) {
		ByteBuf content = frame.content();
		this.heard = true;
		this.consumed += frame.initialFlowControlledBytes() - content.readableBytes();
		if (this.reading && this.inbound.isEmpty() && !this.delivering && content.readableBytes() <= FRAME_SIZE) {
			window().keptUp(stream().id(), content.readableBytes());
			deliver(ctx, content);
		}
		else {
			window().fellBehind();
			this.inbound.add(ctx.alloc(), content);
			if (!this.delivering) {
				deliverHeld(ctx);
			}
		}
		if (frame.isEndStream()) {
			endInput(ctx);
		}
	}

	private void endInput(ChannelHandlerContext ctx) {
		this.inputEnd = this.inputEnd.reached();
		this.outbound.peerEnded(ctx);
		tellOfEnd(ctx);
	}

	private void tellOfEnd(ChannelHandlerContext ctx) {
		InputEnd before = this.inputEnd;
		this.inputEnd = before.tell(this.reading && this.inbound.isEmpty());
		if (this.inputEnd != before) {
			ctx.fireUserEventTriggered(this.inputEnd.event());
		}
	}

	private void deliverHeld(ChannelHandlerContext ctx) {
		while (this.reading && !this.inbound.isEmpty()) {
			ByteBuf bytes = this.inbound.take();
			if (bytes != null) {
				deliver(ctx, bytes);
				ctx.fireChannelReadComplete();
			}
		}
		giveBack();
	}

	private void deliver(ChannelHandlerContext ctx, ByteBuf bytes) {
		int size = bytes.readableBytes();
		this.delivering = true;
		try {
			ctx.fireChannelRead(bytes);
		}
		finally {
			this.delivering = false;
		}
		this.consumed += size;
	}

	private void giveBack() {
		int consumed = this.consumed;
		if (consumed > 0) {
			this.consumed = 0;
			this.connection.windows().consumed(stream(), consumed);
		}
	}

	@Override
	public void channelReadComplete(ChannelHandlerContext ctx) {
		ReadLoops.reset(ctx.channel());
		giveBack();
		ctx.fireChannelReadComplete();
	}

	@Override
	public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
		if (message instanceof ByteBuf bytes) {
			this.outbound.write(ctx, bytes, promise);
		}
		else if (message == OutboundMark.BARRIER) {
			this.outbound.writeBarrier(promise);
		}
		else if (message instanceof OutboundMark mark) {
			if (this.outbound.end(ctx, mark, promise)) {
				this.connection.outputEnded(stream());
			}
		}
		else {
			ctx.write(message, promise);
		}
	}

	@Override
	public long bytesBeforeUnwritable() {
		// Failed writes take no room
		return (this.outbound.isFailing()) ? 0 : context().channel().bytesBeforeUnwritable();
	}

	@Override
	public boolean isHoldingBack() {
		return this.outbound.isHoldingBack();
	}

	@Override
	public void flushWhenWritten() {
		this.outbound.flushWhenWritten(context());
	}

	@Override
	public void flushConnection() {
		this.connection.flushes().flushNow();
	}

	@Override
	public void whenFlushed(Runnable task) {
		this.connection.flushes().whenFlushed(task);
	}

	@Override
	public @Nullable ChannelFuture unsent() {
		return this.outbound.unsent();
	}

	@Override
	public void abort() {
		context().close();
	}

	@Override
	public boolean needsPings() {
		// The connection pings the peer
		return false;
	}

	@Override
	public void pinged() {
		// Whether the ping is sent depends on the stream's window, not on the socket
	}

	@Override
	public void listen() {
		this.heard = false;
	}

	@Override
	public boolean hasBeenHeard() {
		return this.heard || !this.connection.windows().canSend(stream());
	}

	private Http2FrameStream stream() {
		return ((Http2StreamChannel) context().channel()).stream();
	}

	@Override
	public void channelInactive(ChannelHandlerContext ctx) {
		if (this.window != null) {
			this.window.giveBack();
		}
		ctx.fireChannelInactive();
	}

	@Override
	public void handlerRemoved(ChannelHandlerContext ctx) {
		this.inbound.release();
	}

	private StreamWindow window() {
		StreamWindow window = this.window;
		if (window == null) {
			window = new StreamWindow(this.connection.windows());
			this.window = window;
		}
		return window;
	}

	private ChannelHandlerContext context() {
		return Objects.requireNonNull(this.ctx, "Not in a pipeline");
	}

}
