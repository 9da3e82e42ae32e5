package io.github.websockethttp2.stream;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

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
final class Http1Transport extends ChannelDuplexHandler implements ByteTransport {

	private final Channel channel;

	private boolean reading;

	private final Duration closeTimeout;

	private boolean delivering;

	/** What came right behind the handshake, until the session is there to read it. */
	private @Nullable HeldBytes early = new HeldBytes();

	private boolean heard;

	private @Nullable Future<?> timeout;

	Http1Transport(Channel channel, Duration closeTimeout) {
		this.channel = channel;
		this.closeTimeout = closeTimeout;
	}

	/**
	 * The session is there: gives it what has come in the meantime.
	 */
	void accepted() {
		HeldBytes early = this.early;
		ChannelHandlerContext ctx = this.channel.pipeline().context(this);
		this.early = null;
		if (early != null && !early.isEmpty() && ctx != null) {
			channelRead(ctx, early.takeAll(ctx.alloc()));
			ctx.fireChannelReadComplete();
		}
	}

	@Override
	public void channelRead(ChannelHandlerContext ctx, Object message) {
		if (this.early != null && message instanceof ByteBuf bytes) {
			this.early.add(ctx.alloc(), bytes);
			return;
		}
		this.heard = true;
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
		if (message instanceof HttpResponse response && response.status().code() == 101) {
			response.headers().set(HttpHeaderNames.CONNECTION, "Upgrade");
		}
		ctx.write(message, promise);
	}

	@Override
	public void setReading(boolean reading) {
		boolean resumed = reading && !this.reading;
		this.reading = reading;
		apply();
		ChannelHandlerContext ctx = this.channel.pipeline().context(this);
		if (resumed && !this.delivering && ctx != null) {
			// What the decoder has, which paused with the session
			ctx.fireChannelRead(Unpooled.EMPTY_BUFFER);
			ctx.fireChannelReadComplete();
		}
	}

	/**
	 * Switches reading to what the session wants, after the HTTP exchange that is ending
	 * may have switched it on.
	 */
	void apply() {
		this.channel.config().setAutoRead(this.reading);
	}

	@Override
	public boolean hasBeenHeard() {
		boolean heard = this.heard || !this.reading;
		this.heard = false;
		return heard;
	}

	@Override
	public long bytesBeforeUnwritable() {
		return this.channel.bytesBeforeUnwritable();
	}

	@Override
	public boolean isHoldingBack() {
		return false;
	}

	/**
	 * RFC 6455, section 7.1.1: the server ends its side of the TCP connection first. What
	 * the peer still sends has to be read, since closing a connection with unread bytes
	 * resets it, and the Close frame would be lost.
	 */
	@Override
	public void end() {
		ChannelHandlerContext ctx = this.channel.pipeline().context(this);
		if (ctx != null && this.timeout == null && this.channel.isActive()) {
			ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener((written) -> endOutput(ctx));
			this.timeout = this.channel.eventLoop()
				.schedule(this::abort, this.closeTimeout.toNanos(), TimeUnit.NANOSECONDS);
		}
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
		if (this.early != null) {
			this.early.release();
			this.early = null;
		}
	}

	@Override
	public void channelInactive(ChannelHandlerContext ctx) {
		if (this.timeout != null) {
			this.timeout.cancel(false);
		}
		ctx.fireChannelInactive();
	}

	@Override
	public void abort() {
		cut(this.channel);
	}

	/**
	 * Closes a connection past all that is in its pipeline: TLS would wait for a peer
	 * that does not read to say goodbye, and HTTP/2 for its streams to end.
	 * @param connection the connection
	 */
	static void cut(Channel connection) {
		ChannelHandlerContext first = connection.pipeline().firstContext();
		if (first != null) {
			first.close();
		}
	}

}
