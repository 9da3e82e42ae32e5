package io.github.websockethttp2.transport;

import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;

/**
 * How much a stream may send before it is the next one's turn. Netty's kilobyte makes 16
 * frames of a message of 16 kB as soon as two streams have something to send, each with
 * its own header, buffers and promises, so that over HTTP/2 such a message costs more
 * than twice what it costs over HTTP/1.1. A frame of the size that every peer takes (RFC
 * 9113, section 4.2) is the least that cannot be split for another reason.
 * <p>
 * The codec's builder, which is in Reactor Netty's hands, has no parameter for it, so the
 * codec's flow controller gives way to one that has streams take turns evenly, whatever
 * priorities the peer assigns: RFC 9113, section 5.3, has done away with them. The codec
 * asks the connection for its controller each time, and what it tells of writability has
 * no listener. {@code FrameEconomyTests} fails when a new version changes that.
 */
public final class SendingQuantum {

	/** Bytes a stream sends at a time. */
	private static final int SIZE = 16 * 1024;

	private SendingQuantum() {
	}

	/**
	 * Replaces the flow controller of a connection that has no stream yet; that of a
	 * cleartext upgrade, whose first stream comes with it, stays.
	 */
	public static void apply(Http2Connection connection) throws Http2Exception {
		if (connection.numActiveStreams() > 0) {
			return;
		}
		Http2RemoteFlowController before = connection.remote().flowController();
		UniformStreamByteDistributor distributor = new UniformStreamByteDistributor(connection);
		distributor.minAllocationChunk(SIZE);
		Http2RemoteFlowController after = new DefaultHttp2RemoteFlowController(connection, distributor);
		after.initialWindowSize(before.initialWindowSize());
		after.channelHandlerContext(before.channelHandlerContext());
		connection.remote().flowController(after);
	}

}
