package io.github.websockethttp2.channel;

import java.util.ArrayList;
import java.util.List;

import io.github.websockethttp2.frame.FrameCodec;
import io.github.websockethttp2.transport.ByteTransport;
import io.netty.channel.ChannelHandler;

/**
 * The handlers of a session, which stand first in the pipeline of a stream, and behind
 * what makes bytes (TLS) in that of a connection:
 *
 * <pre>
 *   DATA frames of a stream, or bytes of a connection
 *     |  transport                 Http2StreamTransport or Http1Transport
 *   bytes
 *     |  PausingFrameDecoder       in
 *     |  FrameEncoder              out
 *   frames
 *     |  PerMessageDeflateHandler  in and out, where compression is agreed
 *     |  TextFrameValidator        in
 *     |  WebSocketSessionHandler   in and out
 *   messages
 * </pre>
 *
 * What stands behind them belongs to the HTTP exchange and goes with it.
 */
public final class SessionPipeline {

	private SessionPipeline() {
	}

	/**
	 * Makes the handlers of a session.
	 * @param <T> the transport's type
	 * @param codec makes those between bytes and frames
	 * @param transport the first handler
	 * @param session the last handler
	 * @param opening what the handshake has agreed
	 * @return the handlers, in pipeline order
	 */
	public static <T extends ChannelHandler & ByteTransport> List<ChannelHandler> of(FrameCodec codec, T transport,
			WebSocketSessionHandler session, SessionOpening opening) {
		List<ChannelHandler> handlers = new ArrayList<>(6);
		handlers.add(transport);
		handlers.addAll(
				List.of(codec.handlers(opening.maxMessageSize(), opening.compression(), session::isFull, transport)));
		handlers.add(session);
		return handlers;
	}

}
