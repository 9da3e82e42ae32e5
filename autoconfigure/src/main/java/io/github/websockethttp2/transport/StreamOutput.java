package io.github.websockethttp2.transport;

import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a session writes on its stream, as its connection sees it. Confined to the event
 * loop.
 */
interface StreamOutput extends DataListener {

	/**
	 * Returns the stream.
	 * @param connection the connection
	 * @return the stream, which may be closed, or {@code null} if it has been for a while
	 */
	@Nullable Http2Stream stream(Http2Connection connection);

	/**
	 * Bytes are lost. The stream must not go on without them.
	 * @param cause why they are
	 */
	void lost(Throwable cause);

	/**
	 * Returns whether bytes have been lost, so that nothing may follow.
	 */
	boolean hasFailed();

}
