package io.github.websockethttp2.transport;

import java.util.function.Supplier;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2PingFrame;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The peer of an HTTP/2 connection, as the heartbeat sees it (RFC 9113, section 6.7).
 * Confined to the event loop.
 */
public final class ConnectionPeer implements Heartbeat.Peer {

	private static final Log logger = LogFactory.getLog(ConnectionPeer.class);

	private final Supplier<ChannelHandlerContext> ctx;

	private @Nullable SocketProgress progress;

	private boolean heard;

	/**
	 * Create a peer.
	 * @param ctx supplies the context of the connection's handler
	 */
	public ConnectionPeer(Supplier<ChannelHandlerContext> ctx) {
		this.ctx = ctx;
	}

	/**
	 * Something has arrived from the peer.
	 */
	public void heard() {
		this.heard = true;
	}

	@Override
	public void ping() {
		progress().pinged();
		this.ctx.get().writeAndFlush(new DefaultHttp2PingFrame(0));
	}

	@Override
	public void listen() {
		this.heard = false;
		progress().watch();
	}

	@Override
	public boolean hasBeenHeard() {
		return this.heard || progress().hasMoved();
	}

	@Override
	public void abort() {
		logger.debug("Nothing heard from the peer of " + this.ctx.get().channel());
		Connections.abort(this.ctx.get().channel());
	}

	private SocketProgress progress() {
		SocketProgress progress = this.progress;
		if (progress == null) {
			progress = new SocketProgress(this.ctx.get().channel());
			this.progress = progress;
		}
		return progress;
	}

}
