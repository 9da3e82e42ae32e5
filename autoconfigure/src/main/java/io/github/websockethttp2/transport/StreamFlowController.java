package io.github.websockethttp2.transport;

import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;

/**
 * Lets streams send in equal turns, and writes what the sessions among them send at the
 * end of a turn. It ignores the peer's priorities, which RFC 9113, section 5.3, has
 * deprecated.
 * <p>
 * A turn is how many bytes a stream may send before the next. Netty's default, a
 * kilobyte, splits a message of 16 kB into 16 frames as soon as two streams have
 * something to send. Each frame has its own header, buffers and promises, so that such a
 * message costs more than twice as much over HTTP/2 as over HTTP/1.1. The frame size that
 * every peer accepts (RFC 9113, section 4.2) is the smallest that is not split for
 * another reason.
 * <p>
 * The codec's builder, which Reactor Netty owns, has no parameter for it. So the codec's
 * flow controller is replaced. This works because the codec asks the connection for the
 * controller each time, and because nobody listens for the controller's changes of
 * writability. {@code FrameEconomyTests} fails when a new version changes that.
 */
final class StreamFlowController extends DefaultHttp2RemoteFlowController {

	/** How many bytes a stream sends at a time. */
	private static final int TURN = 16 * 1024;

	private final DataBatch batch;

	private StreamFlowController(Http2Connection connection, UniformStreamByteDistributor distributor,
			DataBatch batch) {
		super(connection, distributor);
		this.batch = batch;
	}

	/**
	 * Replaces the flow controller of a connection that has no stream yet. After a
	 * cleartext upgrade, which brings the first stream with it, the controller stays.
	 * @param connection the connection
	 * @param batch takes what the sessions send
	 * @throws Http2Exception if the flow controller cannot be replaced
	 */
	static void install(Http2Connection connection, DataBatch batch) throws Http2Exception {
		if (connection.numActiveStreams() > 0) {
			return;
		}
		Http2RemoteFlowController before = connection.remote().flowController();
		UniformStreamByteDistributor distributor = new UniformStreamByteDistributor(connection);
		distributor.minAllocationChunk(TURN);
		StreamFlowController controller = new StreamFlowController(connection, distributor, batch);
		controller.initialWindowSize(before.initialWindowSize());
		controller.channelHandlerContext(before.channelHandlerContext());
		connection.remote().flowController(controller);
	}

	@Override
	public void writePendingBytes() throws Http2Exception {
		boolean first = this.batch.begin();
		try {
			super.writePendingBytes();
		}
		finally {
			end(first);
		}
	}

	/**
	 * Distributes new windows, too.
	 */
	@Override
	public void initialWindowSize(int newWindowSize) throws Http2Exception {
		boolean first = this.batch.begin();
		try {
			super.initialWindowSize(newWindowSize);
		}
		finally {
			end(first);
		}
	}

	private void end(boolean first) {
		if (first) {
			this.batch.end(channelHandlerContext());
		}
	}

}
