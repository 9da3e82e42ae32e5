package io.github.websockethttp2.transport;

import java.util.function.Predicate;

import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Stream;
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
 * Whoever has waited comes first. What sessions have written since the last flush comes
 * then, and does not wait if it fits into the windows: it takes them without an object of
 * its own, and without a place in a queue.
 * <p>
 * The codec's builder, which Reactor Netty owns, has no parameter for it. So the codec's
 * flow controller is replaced. This works because the codec asks the connection for the
 * controller each time, and because nobody listens for the controller's changes of
 * writability. {@code FrameEconomyTests} fails when a new version changes that.
 */
final class StreamFlowController extends DefaultHttp2RemoteFlowController {

	/** How many bytes a stream sends at a time. */
	private static final int TURN = 16 * 1024;

	private final Http2Stream connectionStream;

	private final DataBatch batch;

	private final Predicate<StreamFlowController> unsent;

	private StreamFlowController(Http2Connection connection, UniformStreamByteDistributor distributor, DataBatch batch,
			Predicate<StreamFlowController> unsent) {
		super(connection, distributor);
		this.connectionStream = connection.connectionStream();
		this.batch = batch;
		this.unsent = unsent;
	}

	/**
	 * Replaces the flow controller of a connection that has no stream yet. After a
	 * cleartext upgrade, which brings the first stream with it, the controller stays.
	 * @param connection the connection
	 * @param batch takes what the sessions send
	 * @param unsent sends what sessions have written since the last flush, and says
	 * whether there was anything
	 * @throws Http2Exception if the flow controller cannot be replaced
	 */
	static void install(Http2Connection connection, DataBatch batch, Predicate<StreamFlowController> unsent)
			throws Http2Exception {
		if (connection.numActiveStreams() > 0) {
			return;
		}
		Http2RemoteFlowController before = connection.remote().flowController();
		UniformStreamByteDistributor distributor = new UniformStreamByteDistributor(connection);
		distributor.minAllocationChunk(TURN);
		StreamFlowController controller = new StreamFlowController(connection, distributor, batch, unsent);
		controller.initialWindowSize(before.initialWindowSize());
		controller.channelHandlerContext(before.channelHandlerContext());
		connection.remote().flowController(controller);
	}

	/**
	 * {@inheritDoc} Does nothing if this is being done already, which goes on with
	 * whatever has been added.
	 */
	@Override
	public void writePendingBytes() throws Http2Exception {
		if (!this.batch.begin()) {
			return;
		}
		try {
			super.writePendingBytes();
			while (this.unsent.test(this)) {
				// Parts of what did not fit
				super.writePendingBytes();
			}
		}
		finally {
			this.batch.end(channelHandlerContext());
		}
	}

	/**
	 * Returns whether bytes of a stream can leave at once, before what waits for a window
	 * of its own.
	 * @param stream the stream
	 * @param length the number of bytes
	 */
	boolean fits(Http2Stream stream, int length) {
		return length <= TURN && !hasFlowControlled(stream) && length <= windowSize(stream)
				&& length <= windowSize(this.connectionStream) && channelHandlerContext().channel().isWritable();
	}

	/**
	 * Takes windows for bytes that {@link #fits fit}.
	 * @param stream the stream
	 * @param length the number of bytes
	 */
	void take(Http2Stream stream, int length) {
		try {
			incrementWindowSize(this.connectionStream, -length);
			incrementWindowSize(stream, -length);
		}
		catch (Http2Exception ex) {
			throw new IllegalStateException("A window overflows that becomes smaller", ex);
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
			if (first) {
				this.batch.end(channelHandlerContext());
			}
		}
	}

}
