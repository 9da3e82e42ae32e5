package io.github.websockethttp2.transport;

import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/**
 * Hands DATA of sessions (RFC 9113, section 6.1) from the decoder to their receivers,
 * without an object for each frame and past the handlers of the connection and the
 * stream's channel. The frame that ends a stream goes the long way, since the channel has
 * to know of it; as a receiver takes a frame at once, the order is kept. Confined to the
 * event loop.
 */
final class SessionInput extends Http2FrameListenerDecorator {

	private final Http2Connection connection;

	private final Http2Connection.PropertyKey receiverKey;

	private final List<DataReceiver> read = new ArrayList<>();

	private Runnable heard = () -> {
	};

	private SessionInput(Http2Connection connection, Http2ConnectionDecoder decoder) {
		super(decoder.frameListener());
		this.connection = connection;
		this.receiverKey = connection.newKey();
	}

	/**
	 * Puts the input before the listener of a decoder.
	 * @param connection the connection
	 * @param decoder its decoder
	 * @return the input
	 */
	static SessionInput install(Http2Connection connection, Http2ConnectionDecoder decoder) {
		SessionInput input = new SessionInput(connection, decoder);
		decoder.frameListener(input);
		return input;
	}

	/**
	 * Sets what runs when DATA of a session has arrived.
	 */
	void onHeard(Runnable heard) {
		this.heard = heard;
	}

	/**
	 * Has a stream's DATA go to a receiver, or no longer.
	 * @param frameStream the stream
	 * @param receiver the receiver, or {@code null} for the stream's channel
	 */
	void attach(Http2FrameStream frameStream, @Nullable DataReceiver receiver) {
		Http2Stream stream = this.connection.stream(frameStream.id());
		if (stream != null) {
			if (receiver != null) {
				stream.setProperty(this.receiverKey, receiver);
			}
			else {
				stream.removeProperty(this.receiverKey);
			}
		}
	}

	@Override
	public int onDataRead(ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean endOfStream)
			throws Http2Exception {
		DataReceiver receiver = (endOfStream) ? null : receiver(streamId);
		if (receiver == null) {
			return super.onDataRead(ctx, streamId, data, padding, endOfStream);
		}
		this.heard.run();
		if (receiver.dataRead(data.retain(), padding)) {
			this.read.add(receiver);
		}
		// The receiver gives them back when the session has consumed them
		return 0;
	}

	private @Nullable DataReceiver receiver(int streamId) {
		Http2Stream stream = this.connection.stream(streamId);
		return (stream != null) ? stream.getProperty(this.receiverKey) : null;
	}

	/**
	 * All that was read together has been decoded.
	 */
	void readComplete() {
		// None is added meanwhile, as nothing is decoded
		for (int i = 0; i < this.read.size(); i++) {
			this.read.get(i).dataReadComplete();
		}
		this.read.clear();
	}

}
