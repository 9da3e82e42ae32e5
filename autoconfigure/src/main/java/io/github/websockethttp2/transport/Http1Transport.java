package io.github.websockethttp2.transport;

import java.time.Duration;

import io.github.websockethttp2.frame.HeldBytes;
import io.github.websockethttp2.frame.InboundMark;
import io.github.websockethttp2.frame.OutboundMark;
import io.github.websockethttp2.frame.Role;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import org.jspecify.annotations.Nullable;

/**
 * A whole HTTP/1.1 connection as the transport of one session.
 */
public final class Http1Transport extends ChannelDuplexHandler implements ByteTransport {

	/**
	 * How many bytes are read ahead for a session that does not read, to learn whether
	 * its peer is alive.
	 */
	private static final int READ_AHEAD = 64 * 1024;

	private final Channel channel;

	private final ConnectionEnd end;

	private final SocketProgress progress;

	private final HeldBytes held = new HeldBytes();

	private boolean begun;

	private boolean reading;

	private boolean delivering;

	private boolean heard;

	/**
	 * Create a transport.
	 * @param channel the connection
	 * @param role which end this is
	 * @param closeTimeout how long the peer has to end its output after this side
	 */
	public Http1Transport(Channel channel, Role role, Duration closeTimeout) {
		this.channel = channel;
		this.end = new ConnectionEnd(channel, role, closeTimeout);
		this.progress = new SocketProgress(channel);
	}

	@Override
	public void begin() {
		this.begun = true;
		ChannelHandlerContext ctx = this.channel.pipeline().context(this);
		if (ctx != null) {
			deliverHeld(ctx);
		}
	}

	@Override
	public void channelRead(ChannelHandlerContext ctx, Object message) {
		this.heard = true;
		if (message instanceof ByteBuf bytes && !(this.begun && this.reading && this.held.isEmpty())) {
			this.held.add(ctx.alloc(), bytes);
		}
		else {
			deliver(ctx, message);
		}
	}

	private void deliverHeld(ChannelHandlerContext ctx) {
		while (this.begun && this.reading && !this.held.isEmpty()) {
			ByteBuf bytes = this.held.take();
			if (bytes != null) {
				deliver(ctx, bytes);
				ctx.fireChannelReadComplete();
			}
		}
	}

	private void deliver(ChannelHandlerContext ctx, Object message) {
		this.delivering = true;
		try {
			ctx.fireChannelRead(message);
		}
		finally {
			this.delivering = false;
		}
	}

	/**
	 * Restores the {@code Connection} field of a 101 (RFC 6455, section 4.2.2). Reactor
	 * Netty sets it to {@code close} in the last response of a connection.
	 */
	@Override
	public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
		if (message == OutboundMark.BARRIER) {
			writeBarrier(ctx, promise);
		}
		else if (message instanceof OutboundMark) {
			end(ctx, promise);
		}
		else {
			if (message instanceof HttpResponse response && response.status().code() == 101) {
				response.headers().set(HttpHeaderNames.CONNECTION, "Upgrade");
			}
			ctx.write(message, promise);
		}
	}

	@Override
	public void setReading(boolean reading) {
		boolean resumed = reading && !this.reading;
		this.reading = reading;
		this.channel.config().setAutoRead(reading);
		ChannelHandlerContext ctx = this.channel.pipeline().context(this);
		if (resumed && !this.delivering && ctx != null) {
			// First the bytes in the decoder, which paused with the session
			ctx.fireUserEventTriggered(InboundMark.RESUMED);
			deliverHeld(ctx);
		}
	}

	/**
	 * Sets reading to what the session wants, since the HTTP exchange may have switched
	 * it on as it ended.
	 */
	@Override
	public void exchangeEnded() {
		this.channel.config().setAutoRead(this.reading);
	}

	@Override
	public boolean needsPings() {
		return true;
	}

	/**
	 * Reads ahead for a session that does not read, since its peer's pongs come behind
	 * messages.
	 */
	@Override
	public void listen() {
		this.heard = false;
		this.progress.watch();
		ChannelHandlerContext ctx = this.channel.pipeline().context(this);
		if (!this.reading && !isFull() && ctx != null) {
			ctx.read();
		}
	}

	/**
	 * Gives the peer the benefit of the doubt where nothing more may be read ahead.
	 */
	@Override
	public boolean hasBeenHeard() {
		return this.heard || isFull() || this.progress.hasMoved();
	}

	private boolean isFull() {
		return !this.reading && this.held.size() >= READ_AHEAD;
	}

	@Override
	public void pinged() {
		this.progress.pinged();
	}

	@Override
	public long bytesBeforeUnwritable() {
		return this.channel.bytesBeforeUnwritable();
	}

	@Override
	public boolean isWritable() {
		return this.channel.isWritable();
	}

	@Override
	public long bufferedAmount() {
		return BufferedAmount.of(this.channel);
	}

	@Override
	public ByteBuf allocate(ByteBufAllocator allocator, int capacity) {
		return allocator.buffer(capacity);
	}

	@Override
	public boolean copies(int length) {
		return false;
	}

	@Override
	public boolean isHoldingBack() {
		return false;
	}

	@Override
	public void flushWhenWritten() {
		// Nothing is held back
	}

	@Override
	public void flushConnection() {
		// The channel is the connection
	}

	@Override
	public void whenFlushed(Runnable task) {
		task.run();
	}

	@Override
	public @Nullable ChannelFuture unsent() {
		if (!this.channel.isActive()
				|| this.channel.bytesBeforeUnwritable() > this.channel.config().getWriteBufferHighWaterMark()) {
			return null;
		}
		ChannelHandlerContext ctx = this.channel.pipeline().context(this);
		if (ctx == null) {
			return null;
		}
		ChannelPromise sent = ctx.newPromise();
		writeBarrier(ctx, sent);
		ctx.flush();
		return sent;
	}

	private void end(ChannelHandlerContext ctx, ChannelPromise promise) {
		ChannelPromise written = promise.unvoid();
		if (this.end.begin(ctx, written)) {
			writeBarrier(ctx, written);
		}
		else {
			promise.trySuccess();
		}
	}

	/**
	 * Writes an empty buffer, which is written once everything before it has been.
	 */
	private static void writeBarrier(ChannelHandlerContext ctx, ChannelPromise promise) {
		ctx.write(Unpooled.EMPTY_BUFFER, promise);
	}

	@Override
	public void handlerRemoved(ChannelHandlerContext ctx) {
		this.held.release();
	}

	@Override
	public void channelInactive(ChannelHandlerContext ctx) {
		this.end.closed();
		// These arrived before the end, like the bytes in the decoder
		for (ByteBuf bytes = this.held.take(); bytes != null; bytes = this.held.take()) {
			ctx.fireChannelRead(bytes);
		}
		ctx.fireChannelInactive();
	}

	@Override
	public void abort() {
		Connections.abort(this.channel);
	}

}
