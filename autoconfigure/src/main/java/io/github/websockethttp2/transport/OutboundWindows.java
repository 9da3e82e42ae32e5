package io.github.websockethttp2.transport;

import io.github.websockethttp2.session.Bottleneck;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.Http2StreamChannel;

/**
 * The windows in which this side sends (RFC 9113, section 5.2). They are looked at only
 * if bytes wait.
 */
public final class OutboundWindows {

	private OutboundWindows() {
	}

	/**
	 * Returns what the bytes of a session wait for. Over HTTP/1.1, where there are no
	 * windows but TCP's, that is the socket.
	 * @param channel the channel of a session with bytes that wait, on its event loop
	 * @return what it is at this moment
	 */
	public static Bottleneck bottleneck(Channel channel) {
		if (!(channel instanceof Http2StreamChannel streamChannel)) {
			return Bottleneck.SOCKET;
		}
		Http2FrameCodec codec = channel.parent().pipeline().get(Http2FrameCodec.class);
		if (codec == null) {
			return Bottleneck.SOCKET;
		}
		Http2Connection connection = codec.connection();
		Http2Stream stream = connection.stream(streamChannel.stream().id());
		Http2RemoteFlowController flowController = connection.remote().flowController();
		if (stream == null || !flowController.hasFlowControlled(stream)) {
			// What waits has left its windows
			return Bottleneck.SOCKET;
		}
		if (flowController.windowSize(stream) <= 0) {
			return Bottleneck.STREAM_WINDOW;
		}
		return (flowController.windowSize(connection.connectionStream()) <= 0) ? Bottleneck.CONNECTION_WINDOW
				: Bottleneck.SOCKET;
	}

}
