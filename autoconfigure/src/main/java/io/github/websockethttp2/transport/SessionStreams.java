package io.github.websockethttp2.transport;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameStream;
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
		StreamFlowController.install(streams.connection, streams.batch);
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
	 * Sends data with the next flush, as far as the windows let it.
	 * @param frameStream the stream
	 * @param data the data
	 * @return {@code false} if the stream is closed for it
	 */
	boolean send(Http2FrameStream frameStream, StreamData data) {
		Http2Stream stream = this.connection.stream(frameStream.id());
		if (stream == null || !stream.state().localSideOpen() || stream.isResetSent()) {
			return false;
		}
		this.connection.remote().flowController().addFlowControlled(stream, data);
		this.flushes.written(data.length());
		return true;
	}

	/**
	 * The end of a stream is going to be written. It must not overtake what the stream
	 * has sent.
	 * @param frameStream the stream
	 */
	void beforeEnd(Http2FrameStream frameStream) {
		Http2Stream stream = this.connection.stream(frameStream.id());
		if (stream != null && stream.state().localSideOpen()) {
			this.connection.remote().flowController().addFlowControlled(stream, new BatchEnd(this.batch));
		}
	}

}
