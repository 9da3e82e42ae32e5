package io.github.websockethttp2.transport;

import io.netty.handler.codec.http2.Http2FrameStream;

/**
 * The HTTP/2 connection as a stream with a session sees it, whichever end of the
 * connection this is. All methods run on the connection's event loop.
 */
public interface StreamConnection {

	/**
	 * Returns the window that a new stream has for receiving.
	 * @return the size in bytes
	 */
	int initialWindowSize();

	/**
	 * Returns where a stream with a fast sender gets a bigger window.
	 * @return the connection's pool
	 */
	WindowPool windowPool();

	/**
	 * The session is there: gives its stream the DATA that has come in the meantime.
	 * @param stream the session's stream
	 */
	void accepted(Http2FrameStream stream);

	/**
	 * Returns whether the peer may send anything on a stream.
	 * @param stream the stream
	 * @return whether it has any of its windows left
	 */
	boolean canSend(Http2FrameStream stream);

	/**
	 * A session has consumed bytes, which its peer may send again.
	 * @param stream the session's stream
	 * @param bytes how many
	 */
	void consumed(Http2FrameStream stream, int bytes);

	/**
	 * This side of a stream has ended. The connection sees to it that the peer's side
	 * ends as well, within the close timeout.
	 * @param stream the stream
	 */
	void ended(Http2FrameStream stream);

}
