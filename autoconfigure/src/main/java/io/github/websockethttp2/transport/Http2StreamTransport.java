package io.github.websockethttp2.transport;

import java.util.Objects;

import io.github.websockethttp2.frame.HeapBuffer;
import io.github.websockethttp2.frame.OutboundMark;
import io.github.websockethttp2.frame.Role;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelOption;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/2 stream as the transport of a session: turns DATA frames into bytes and back.
 * From the session's begin until its output ends, DATA goes past the stream's channel,
 * see {@link SessionStreams}. Inbound, see {@link DataFrameReader}, and outbound
 * {@link DataFrameWriter}.
 */
public final class Http2StreamTransport extends ChannelDuplexHandler implements ByteTransport {

	private final StreamConnection connection;

	private final DataFrameReader inbound;

	private final DataFrameWriter outbound;

	/** Whether something has been written to the channel, and not past it. */
	private boolean channelWritten = true;

	private @Nullable ChannelHandlerContext ctx;

	/**
	 * Create a transport.
	 * @param connection the connection of the stream
	 * @param role which end this is
	 */
	public Http2StreamTransport(StreamConnection connection, Role role) {
		this.connection = connection;
		this.inbound = new DataFrameReader(connection);
		this.outbound = new DataFrameWriter(connection, role);
	}

	@Override
	public void handlerAdded(ChannelHandlerContext ctx) {
		this.ctx = ctx;
		this.inbound.added(ctx);
		this.outbound.added(ctx);
		ctx.channel().config().setOption(Http2StreamChannelOption.AUTO_STREAM_FLOW_CONTROL, false);
	}

	@Override
	public void begin() {
		this.inbound.attach();
		this.connection.accepted(((Http2StreamChannel) context().channel()).stream(), (frame) -> {
			onData(frame);
			this.inbound.dataReadComplete();
		});
	}

	@Override
	public void exchangeEnded() {
		// The exchange does not control the reading of a stream
	}

	@Override
	public void setReading(boolean reading) {
		this.inbound.setReading(reading);
	}

	@Override
	public void channelRead(ChannelHandlerContext ctx, Object message) {
		if (message instanceof DefaultHttp2DataFrame frame) {
			onData(frame);
		}
		else if (message instanceof Http2HeadersFrame trailers && trailers.isEndStream()) {
			endInput();
		}
		else {
			ctx.fireChannelRead(message);
		}
	}

	private void onData(Http2DataFrame frame) {
		this.inbound.onData(frame.content(), frame.initialFlowControlledBytes());
		if (frame.isEndStream()) {
			endInput();
		}
	}

	private void endInput() {
		this.outbound.peerEnded();
		this.inbound.onEnd();
	}

	@Override
	public void channelReadComplete(ChannelHandlerContext ctx) {
		this.inbound.readComplete();
	}

	@Override
	public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
		if (message instanceof ByteBuf bytes) {
			this.outbound.write(bytes, promise);
		}
		else if (message == OutboundMark.BARRIER) {
			this.outbound.writeBarrier(promise);
		}
		else if (message instanceof OutboundMark mark) {
			if (this.outbound.end(mark, promise)) {
				this.inbound.detach();
				this.connection.outputEnded(((Http2StreamChannel) ctx.channel()).stream());
			}
		}
		else {
			this.channelWritten = true;
			ctx.write(message, promise);
		}
	}

	@Override
	public void flush(ChannelHandlerContext ctx) {
		this.outbound.flush();
		if (this.channelWritten) {
			this.channelWritten = false;
			ctx.flush();
		}
	}

	@Override
	public long bytesBeforeUnwritable() {
		return this.outbound.bytesBeforeUnwritable();
	}

	@Override
	public boolean isWritable() {
		return this.outbound.isWritable();
	}

	@Override
	public long bufferedAmount() {
		return this.outbound.bufferedAmount();
	}

	/**
	 * Allocates on the heap what will be copied into a buffer of the connection.
	 */
	@Override
	public ByteBuf allocate(ByteBufAllocator allocator, int capacity) {
		return copies(capacity) ? new HeapBuffer(capacity) : allocator.buffer(capacity);
	}

	@Override
	public boolean copies(int length) {
		return DataBatch.copies(length);
	}

	@Override
	public boolean isHoldingBack() {
		return this.outbound.isHoldingBack();
	}

	@Override
	public void flushWhenWritten() {
		this.outbound.flushWhenWritten();
	}

	@Override
	public void flushConnection() {
		this.connection.streams().flushes().flushNow();
	}

	@Override
	public void whenFlushed(Runnable task) {
		this.connection.streams().flushes().whenFlushed(task);
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
		this.inbound.listen();
	}

	@Override
	public boolean hasBeenHeard() {
		return this.inbound.hasBeenHeard();
	}

	@Override
	public void channelInactive(ChannelHandlerContext ctx) {
		this.inbound.closed();
		this.outbound.closed();
		ctx.fireChannelInactive();
	}

	@Override
	public void handlerRemoved(ChannelHandlerContext ctx) {
		this.inbound.release();
	}

	private ChannelHandlerContext context() {
		return Objects.requireNonNull(this.ctx, "Not in a pipeline");
	}

}
