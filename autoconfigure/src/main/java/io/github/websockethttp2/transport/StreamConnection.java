package io.github.websockethttp2.transport;

import io.netty.handler.codec.http2.Http2FrameStream;

/**
 * The HTTP/2 connection as the stream of a session sees it, on either end of the
 * connection. All methods run on the connection's event loop.
 */
public interface StreamConnection {

	/**
	 * Returns the initial receive window of a stream.
	 * @return the size in bytes
	 */
	int initialWindowSize();

	/**
	 * Returns the pool from which a stream with a fast sender borrows a bigger window.
	 * @return the connection's pool
	 */
	WindowPool windowPool();

	/**
	 * The session has begun: delivers the DATA that has arrived on its stream so far.
	 * @param stream the session's stream
	 */
	void accepted(Http2FrameStream stream);

	/**
	 * Returns whether the peer may send anything on a stream.
	 * @param stream the stream
	 * @return whether its windows have room
	 */
	boolean canSend(Http2FrameStream stream);

	/**
	 * A session has consumed bytes, so that its peer may send as many again.
	 * @param stream the session's stream
	 * @param bytes how many
	 */
	void consumed(Http2FrameStream stream, int bytes);

	/**
	 * This side of a stream has ended. The connection makes sure that the peer's side
	 * ends as well, within the close timeout.
	 * @param stream the stream
	 */
	void outputEnded(Http2FrameStream stream);

}
