package io.github.websockethttp2.transport;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2LocalFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2LocalFlowController;
import io.netty.handler.codec.http2.Http2Stream;

/**
 * The flow-control credit of a connection's peer (RFC 9113, section 5.2). Consumed bytes
 * go to the flow controller at once, which costs no more than counting them here.
 * <p>
 * To save WINDOW_UPDATE frames, the flow controller sends one when half of a window has
 * been consumed. For a connection this can be too late: if streams that are not read hold
 * the other half, nothing is left for the streams that are. So never more is kept back
 * than is left.
 */
public final class InboundCredit {

	/** Makes the flow controller keep back nothing. */
	private static final float NOTHING = Math.nextDown(1f);

	/** Enough bytes for a Close frame, a pong and a small message. */
	private static final int ROOM_FOR_A_FRAME = 128;

	private final Http2Connection connection;

	/**
	 * Create the credit of a connection's peer.
	 * @param connection the connection
	 */
	public InboundCredit(Http2Connection connection) {
		this.connection = connection;
	}

	/**
	 * Grants the peer the connection's window.
	 * @param size the size of the window in bytes
	 * @throws Http2Exception if the flow controller refuses
	 */
	public void begin(int size) throws Http2Exception {
		int delta = size - flowController().initialWindowSize(this.connection.connectionStream());
		if (delta > 0) {
			flowController().incrementWindowSize(this.connection.connectionStream(), delta);
		}
		giveAllBack();
	}

	/**
	 * Gives back the credit for consumed bytes.
	 * @param ctx the connection handler's context
	 * @param streamId the stream that they arrived on
	 * @param bytes how many
	 */
	public void consumed(ChannelHandlerContext ctx, int streamId, int bytes) {
		Http2Stream stream = this.connection.stream(streamId);
		if (stream == null || bytes == 0) {
			return;
		}
		try {
			if (flowController().consumeBytes(stream, bytes) | giveBackIfScarce()) {
				ctx.flush();
			}
		}
		catch (Http2Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Gives back the credit that is kept back from the connection's window, if it is at
	 * least as much as is left of the window.
	 * @return whether there is something to flush
	 * @throws Http2Exception if the flow controller refuses
	 */
	public boolean giveBackIfScarce() throws Http2Exception {
		Http2LocalFlowController flowController = flowController();
		Http2Stream connectionStream = this.connection.connectionStream();
		int size = flowController.initialWindowSize(connectionStream);
		int left = flowController.windowSize(connectionStream);
		if (left >= size / 2) {
			return false;
		}
		int kept = size - left - flowController.unconsumedBytes(connectionStream);
		return kept > 0 && kept >= left && giveAllBack();
	}

	private boolean giveAllBack() throws Http2Exception {
		Http2Stream connectionStream = this.connection.connectionStream();
		if (!(flowController() instanceof DefaultHttp2LocalFlowController flowController)) {
			return false;
		}
		float ratio = flowController.windowUpdateRatio(connectionStream);
		// Changing the ratio sends a WINDOW_UPDATE if one is due
		flowController.windowUpdateRatio(connectionStream, NOTHING);
		flowController.windowUpdateRatio(connectionStream, ratio);
		return true;
	}

	/**
	 * Returns whether the peer may send a small frame on a stream.
	 * @param streamId the stream
	 * @return whether both windows have room for it
	 */
	public boolean isLeft(int streamId) {
		Http2Stream stream = this.connection.stream(streamId);
		return stream != null && flowController().windowSize(stream) >= ROOM_FOR_A_FRAME
				&& flowController().windowSize(this.connection.connectionStream()) >= ROOM_FOR_A_FRAME;
	}

	private Http2LocalFlowController flowController() {
		return this.connection.local().flowController();
	}

}
