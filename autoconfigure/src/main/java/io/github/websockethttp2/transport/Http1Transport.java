package io.github.websockethttp2.transport;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.github.websockethttp2.frame.HeldBytes;
import io.github.websockethttp2.frame.InboundMark;
import io.github.websockethttp2.frame.OutboundMark;
import io.github.websockethttp2.frame.Role;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * A whole HTTP/1.1 connection that carries one session.
 */
public final class Http1Transport extends ChannelDuplexHandler implements ByteTransport {

	/** Read ahead of a session that does not read, to hear whether its peer is there. */
	private static final int READ_AHEAD = 64 * 1024;

	private final Channel channel;

	private final Role role;

	private final Duration closeTimeout;

	private final SocketProgress progress;

	private final HeldBytes held = new HeldBytes();

	private boolean begun;

	private boolean reading;

	private boolean delivering;

	private boolean heard;

	private @Nullable Future<?> timeout;

	/**
	 * Create a transport.
	 * @param channel the connection
	 * @param role which end this is
	 * @param closeTimeout how long the peer has to end its side after this one
	 */
	public Http1Transport(Channel channel, Role role, Duration closeTimeout) {
		this.channel = channel;
		this.role = role;
		this.closeTimeout = closeTimeout;
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
	 * Reactor Netty marks the last response of a connection with {@code Connection:
	 * close}, while a 101 says what the connection is upgraded to (RFC 6455, section
	 * 4.2.2).
	 */
	@Override
	public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
		if (message == OutboundMark.BARRIER) {
			writeBarrier(ctx, promise);
		}
		else if (message == OutboundMark.END) {
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
			// What the decoder has, which paused with the session, comes first
			ctx.fireUserEventTriggered(InboundMark.RESUMED);
			deliverHeld(ctx);
		}
	}

	/**
	 * Switches reading to what the session wants, since the HTTP exchange that is ending
	 * may have switched it on.
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
	 * A session that does not read has something read ahead for it, as its peer's pongs
	 * come behind its messages.
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
	 * Where nothing more may be read ahead, there is nothing to tell by whether the peer
	 * is there.
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
	public boolean isHoldingBack() {
		return false;
	}

	@Override
	public void flushWhenReleased() {
		// Nothing is held back
	}

	@Override
	public void flushConnection() {
		// The channel is the connection
	}

	/**
	 * RFC 6455, section 7.1.1: the server ends its side of the TCP connection first, and
	 * the client waits for that. What the peer still sends has to be read, since closing
	 * a connection with unread bytes resets it, and the Close frame would be lost.
	 */
	private void end(ChannelHandlerContext ctx, ChannelPromise promise) {
		if (this.timeout == null && this.channel.isActive()) {
			this.timeout = this.channel.eventLoop()
				.schedule(this::abort, this.closeTimeout.toNanos(), TimeUnit.NANOSECONDS);
			ChannelPromise written = promise.unvoid();
			if (this.role == Role.SERVER) {
				written.addListener((done) -> endOutput(ctx));
			}
			writeBarrier(ctx, written);
		}
		else {
			promise.trySuccess();
		}
	}

	/**
	 * No bytes are written when all before them are.
	 */
	private static void writeBarrier(ChannelHandlerContext ctx, ChannelPromise promise) {
		ctx.write(Unpooled.EMPTY_BUFFER, promise);
	}

	private void endOutput(ChannelHandlerContext ctx) {
		SslHandler tls = ctx.pipeline().get(SslHandler.class);
		if (tls != null) {
			tls.closeOutbound().addListener((closed) -> shutdownOutput());
		}
		else {
			shutdownOutput();
		}
	}

	private void shutdownOutput() {
		if (this.channel.isActive() && this.channel instanceof DuplexChannel duplex) {
			duplex.shutdownOutput();
		}
		else {
			abort();
		}
	}

	@Override
	public void handlerRemoved(ChannelHandlerContext ctx) {
		this.held.release();
	}

	@Override
	public void channelInactive(ChannelHandlerContext ctx) {
		if (this.timeout != null) {
			this.timeout.cancel(false);
		}
		// Came before the end, as what the decoder has
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
