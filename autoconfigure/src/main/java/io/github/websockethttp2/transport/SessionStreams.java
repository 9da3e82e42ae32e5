package io.github.websockethttp2.transport;

import java.nio.channels.ClosedChannelException;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/**
 * The streams of an HTTP/2 connection that carry sessions. Their DATA goes past their
 * channels, and past the handlers between the frame codec and the multiplexer, which cost
 * more than a small message: inbound from the decoder to the session, outbound through
 * the windows into one buffer for the whole connection. Everything else goes through the
 * channels. Confined to the event loop.
 */
public final class SessionStreams {

	private final Http2Connection connection;

	private final DataBatch batch = new DataBatch();

	private final UnsentData unsent = new UnsentData();

	private final SessionInput input;

	private final TurnFlushes flushes;

	private SessionStreams(Http2FrameCodec codec, ChannelPipeline pipeline) {
		this.connection = codec.connection();
		this.input = SessionInput.install(this.connection, codec.decoder());
		this.flushes = TurnFlushes.install(pipeline, this.input::readComplete);
	}

	/**
	 * Prepares a new connection for sessions.
	 * @param codec the frame codec
	 * @param pipeline the pipeline of the connection, with the frame codec
	 * @return the streams
	 * @throws Http2Exception if the flow controller cannot be replaced
	 */
	public static SessionStreams install(Http2FrameCodec codec, ChannelPipeline pipeline) throws Http2Exception {
		SessionStreams streams = new SessionStreams(codec, pipeline);
		StreamFlowController.install(streams.connection, streams.batch, streams::sendUnsent);
		return streams;
	}

	/**
	 * Sets what runs when DATA of a session has arrived.
	 * @param heard notes that the peer is alive
	 */
	public void onHeard(Runnable heard) {
		this.input.onHeard(heard);
	}

	/**
	 * Returns when what the streams have written leaves.
	 * @return the connection's flushes
	 */
	TurnFlushes flushes() {
		return this.flushes;
	}

	DataBatch batch() {
		return this.batch;
	}

	/**
	 * Has the DATA of a stream go straight to its session, or no longer.
	 * @param stream the stream
	 * @param receiver the session's receiver, or {@code null} for the stream's channel
	 */
	void attach(Http2FrameStream stream, @Nullable DataReceiver receiver) {
		this.input.attach(stream, receiver);
	}

	/**
	 * Sends bytes with the next flush, as far as the windows let it.
	 * @param output whose bytes these are
	 * @param bytes the bytes, which this object then owns
	 */
	void write(StreamOutput output, ByteBuf bytes) {
		this.flushes.written(bytes.readableBytes());
		this.unsent.add(output, bytes);
	}

	/**
	 * Flushes the connection, at the end of the turn at the latest.
	 */
	void flush() {
		if (!(flowController() instanceof StreamFlowController)) {
			// Netty's own does not ask for them
			this.unsent.drain(this::enqueue);
		}
		this.flushes.flush();
	}

	/**
	 * Takes out the bytes that a stream has not sent.
	 * @param output whose bytes
	 * @return the bytes, in order, which the caller then owns
	 */
	List<ByteBuf> takeUnsent(StreamOutput output) {
		return this.unsent.take(output);
	}

	/**
	 * The end of a stream is going to be written. It must not overtake what the stream
	 * has sent.
	 * @param output whose end
	 * @return the bytes that were written last and can go with the end, or none
	 */
	ByteBuf beforeEnd(StreamOutput output) {
		List<ByteBuf> unsent = takeUnsent(output);
		int last = unsent.size() - 1;
		for (int i = 0; i < last; i++) {
			enqueue(output, unsent.get(i));
		}
		Http2Stream stream = output.stream(this.connection);
		if (stream != null && stream.state().localSideOpen()) {
			flowController().addFlowControlled(stream, new BatchEnd(this.batch));
		}
		return (last >= 0) ? unsent.get(last) : Unpooled.EMPTY_BUFFER;
	}

	/**
	 * Sends what has been written, while the windows are being distributed.
	 * @return {@code false} if there was nothing
	 */
	private boolean sendUnsent(StreamFlowController flowController) {
		return this.unsent.drain((output, bytes) -> {
			Http2Stream stream = openStream(output);
			if (stream != null && flowController.fits(stream, bytes.readableBytes())) {
				send(flowController, stream, output, bytes);
			}
			else {
				enqueue(output, bytes);
			}
		});
	}

	private void send(StreamFlowController flowController, Http2Stream stream, StreamOutput output, ByteBuf bytes) {
		int length = bytes.readableBytes();
		try {
			this.batch.add(flowController.channelHandlerContext(), stream.id(), bytes, output);
		}
		catch (Throwable ex) {
			output.lost(ex);
			this.batch.fail(flowController.channelHandlerContext(), bytes, output, ex);
			return;
		}
		flowController.take(stream, length);
	}

	/**
	 * Has bytes wait for the windows.
	 */
	private void enqueue(StreamOutput output, ByteBuf bytes) {
		Http2Stream stream = openStream(output);
		if (stream != null) {
			flowController().addFlowControlled(stream, new StreamData(output, this.batch, stream.id(), bytes));
		}
		else {
			this.batch.fail(flowController().channelHandlerContext(), bytes, output, new ClosedChannelException());
		}
	}

	/**
	 * Returns a stream, or {@code null} if it is closed for what its session writes.
	 */
	private @Nullable Http2Stream openStream(StreamOutput output) {
		Http2Stream stream = output.stream(this.connection);
		boolean open = stream != null && stream.state().localSideOpen() && !stream.isResetSent() && !output.hasFailed();
		return (open) ? stream : null;
	}

	private Http2RemoteFlowController flowController() {
		return this.connection.remote().flowController();
	}

}
