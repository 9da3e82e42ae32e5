package io.github.websockethttp2.transport;

import java.util.function.Consumer;

import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameStream;

/**
 * The HTTP/2 connection as the stream of a session sees it, on either end of the
 * connection. All methods run on the connection's event loop.
 */
public interface StreamConnection {

	/**
	 * Returns the windows in which the peer sends.
	 * @return the connection's windows
	 */
	InboundWindows windows();

	/**
	 * Returns the way of the sessions' DATA.
	 * @return the streams with sessions
	 */
	SessionStreams streams();

	/**
	 * The session has begun: delivers the DATA that has arrived on its stream so far.
	 * @param stream the session's stream
	 * @param sink takes the DATA
	 */
	void accepted(Http2FrameStream stream, Consumer<Http2DataFrame> sink);

	/**
	 * This side of a stream has ended, or does so when the server has ended its own. The
	 * connection makes sure that both have ended within the close timeout.
	 * @param stream the stream
	 */
	void outputEnded(Http2FrameStream stream);

}
