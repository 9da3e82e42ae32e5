package io.github.websockethttp2.transport;

import java.util.function.Supplier;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2FrameStream;

/**
 * The receive windows of a connection and its streams (RFC 9113, section 5.2), as the
 * streams use them: one for each connection. Confined to the event loop.
 */
public final class InboundWindows {

	private final Http2Connection connection;

	private final InboundCredit credit;

	private final WindowPool pool;

	private final Supplier<ChannelHandlerContext> ctx;

	/**
	 * Create the windows of a connection.
	 * @param connection the connection
	 * @param credit returns what has been consumed
	 * @param pool the bytes that streams may borrow beyond their initial windows
	 * @param ctx returns the context of the connection's handler, once it has one
	 */
	public InboundWindows(Http2Connection connection, InboundCredit credit, long pool,
			Supplier<ChannelHandlerContext> ctx) {
		this.connection = connection;
		this.credit = credit;
		this.pool = new WindowPool(connection, pool);
		this.ctx = ctx;
	}

	/**
	 * Returns the initial receive window of a stream.
	 * @return the size in bytes
	 */
	int initialSize() {
		return this.connection.local().flowController().initialWindowSize();
	}

	/**
	 * Returns the pool from which a stream with a fast sender borrows a bigger window.
	 * @return the connection's pool
	 */
	WindowPool pool() {
		return this.pool;
	}

	/**
	 * Returns whether the peer may send anything on a stream.
	 * @param stream the stream
	 * @return whether its windows have room
	 */
	boolean canSend(Http2FrameStream stream) {
		return this.credit.isLeft(stream.id());
	}

	/**
	 * A session has consumed bytes, so that its peer may send as many again.
	 * @param stream the session's stream
	 * @param bytes how many
	 */
	void consumed(Http2FrameStream stream, int bytes) {
		this.credit.consumed(this.ctx.get(), stream.id(), bytes);
	}

}
