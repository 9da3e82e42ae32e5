package io.github.websockethttp2.channel;

import java.util.ArrayList;
import java.util.List;

import io.github.websockethttp2.frame.FrameCodec;
import io.github.websockethttp2.transport.ByteTransport;
import io.netty.channel.ChannelHandler;

/**
 * The handlers of a session. They come first in the pipeline of a stream, and after those
 * that produce bytes (TLS) in the pipeline of a connection:
 *
 * <pre>
 *   DATA frames of a stream, or bytes of a connection
 *     |  transport                 Http2StreamTransport or Http1Transport
 *   bytes
 *     |  FrameDecoder              in
 *     |  FrameEncoder              out
 *   frames
 *     |  PerMessageDeflateHandler  in and out, if compression is negotiated
 *     |  TextFrameValidator        in
 *     |  TrafficLog                in and out, if its category is on
 *     |  WebSocketSessionHandler   in and out
 *   messages
 * </pre>
 *
 * The handlers behind them belong to the HTTP exchange and are removed with it.
 */
public final class SessionPipeline {

	private SessionPipeline() {
	}

	/**
	 * Creates the handlers of a session.
	 * @param <T> the transport's type
	 * @param codec creates the handlers between bytes and frames
	 * @param transport the first handler
	 * @param sessionHandler the last handler
	 * @param opening what the handshake has negotiated
	 * @return the handlers, in pipeline order
	 */
	public static <T extends ChannelHandler & ByteTransport> List<ChannelHandler> of(FrameCodec codec, T transport,
			WebSocketSessionHandler sessionHandler, SessionOpening opening) {
		List<ChannelHandler> handlers = new ArrayList<>(6);
		handlers.add(transport);
		handlers.addAll(List
			.of(codec.handlers(opening.maxMessageSize(), opening.compression(), sessionHandler::isFull, transport)));
		handlers.add(sessionHandler);
		return handlers;
	}

}
