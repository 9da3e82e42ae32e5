package io.github.websockethttp2.transport;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.github.websockethttp2.frame.Role;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Ends a connection that has carried one session (RFC 6455, section 7.1.1): the server
 * ends its side of the TCP connection first, and the client waits for that. Bytes that
 * still arrive have to be read: closing a connection with unread bytes resets it, and the
 * Close frame would be lost. Confined to the event loop.
 */
final class ConnectionEnd {

	private final Channel channel;

	private final Role role;

	private final Duration closeTimeout;

	private @Nullable Future<?> timeout;

	/**
	 * Create the end of a connection.
	 * @param channel the connection
	 * @param role which end this is
	 * @param closeTimeout how long the peer has to end its output after this side
	 */
	ConnectionEnd(Channel channel, Role role, Duration closeTimeout) {
		this.channel = channel;
		this.role = role;
		this.closeTimeout = closeTimeout;
	}

	/**
	 * Begins to end the connection.
	 * @param ctx the transport's context
	 * @param written completes when everything before has been written
	 * @return {@code false} if it has been begun before, or the connection is gone
	 */
	boolean begin(ChannelHandlerContext ctx, ChannelPromise written) {
		if (this.timeout != null || !this.channel.isActive()) {
			return false;
		}
		this.timeout = this.channel.eventLoop()
			.schedule(this::abort, this.closeTimeout.toNanos(), TimeUnit.NANOSECONDS);
		if (this.role == Role.SERVER) {
			written.addListener((done) -> endOutput(ctx));
		}
		return true;
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

	private void abort() {
		Connections.abort(this.channel);
	}

	/**
	 * The connection is closed.
	 */
	void closed() {
		if (this.timeout != null) {
			this.timeout.cancel(false);
		}
	}

}
