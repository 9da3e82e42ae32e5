package io.github.websockethttp2.transport;

import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2LocalFlowController;
import io.netty.handler.codec.http2.Http2Stream;

/**
 * The part of a connection's window beyond the initial windows of its streams. Every
 * stream always has its initial window, so that none can stop another. A stream whose
 * sender waits although its session keeps up borrows more from here until it closes.
 * Either way, a peer can make the server hold no more than the connection's window.
 */
final class WindowPool {

	/** How far a stream's window grows, as a multiple of its initial size. */
	private static final int MAX_GROWTH = 16;

	private final Http2Connection connection;

	private long available;

	/**
	 * Create the pool of a connection.
	 * @param connection the connection
	 * @param available how many bytes streams may borrow
	 */
	WindowPool(Http2Connection connection, long available) {
		this.connection = connection;
		this.available = available;
	}

	/**
	 * Doubles the window of a stream, as far as there is room.
	 * @param streamId the stream
	 * @return by how many bytes it has grown
	 */
	int grow(int streamId) {
		Http2LocalFlowController flowController = this.connection.local().flowController();
		Http2Stream stream = this.connection.stream(streamId);
		if (stream == null) {
			return 0;
		}
		int current = flowController.initialWindowSize(stream);
		long limit = (long) MAX_GROWTH * flowController.initialWindowSize();
		int delta = (int) Math.max(0, Math.min(Math.min(current, this.available), limit - current));
		if (delta > 0) {
			try {
				flowController.incrementWindowSize(stream, delta);
			}
			catch (Http2Exception ex) {
				return 0;
			}
			this.available -= delta;
		}
		return delta;
	}

	void giveBack(int bytes) {
		this.available += bytes;
	}

}
