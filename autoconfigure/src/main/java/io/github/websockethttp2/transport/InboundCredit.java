package io.github.websockethttp2.transport;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2LocalFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2LocalFlowController;
import io.netty.handler.codec.http2.Http2Stream;

/**
 * What the peer of a connection may send (RFC 9113, section 5.2), and what it gets back
 * when bytes have been consumed. They go to the flow controller at once, which costs no
 * more than to count them here.
 * <p>
 * To save WINDOW_UPDATE frames, the flow controller sends one when half of a window has
 * been consumed. For a connection that can be too late: where streams that are not read
 * hold the other half, nothing is left to those that are. What is kept back is therefore
 * never more than what is left.
 */
public final class InboundCredit {

	/** Makes the flow controller keep back nothing. */
	private static final float NOTHING = Math.nextDown(1f);

	/** A Close frame, a pong and a small message fit into so many bytes. */
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
	 * Gives the peer the connection's window.
	 * @param size the window in bytes
	 */
	public void begin(int size) throws Http2Exception {
		int delta = size - flowController().initialWindowSize(this.connection.connectionStream());
		if (delta > 0) {
			flowController().incrementWindowSize(this.connection.connectionStream(), delta);
		}
		giveAllBack();
	}

	/**
	 * Takes bytes as consumed.
	 * @param ctx the connection handler's context
	 * @param streamId the stream they came on
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
	 * Gives back what is kept back from the connection's window, if it is no less than
	 * what is left of it.
	 * @return whether there is something to be flushed
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
		// Sends a WINDOW_UPDATE when it is changed, if one is due then
		flowController.windowUpdateRatio(connectionStream, NOTHING);
		flowController.windowUpdateRatio(connectionStream, ratio);
		return true;
	}

	/**
	 * Returns whether the peer may send a small frame on a stream.
	 * @param streamId the stream
	 * @return whether neither window is used up
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
