package io.github.websockethttp2.server.http2;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;

/**
 * Closes a connection that is flooded with empty DATA frames, but tolerates a few. Netty
 * closes it at the third in a row: as soon as one client behind a proxy flushes a few
 * times with nothing to send, everybody on the proxy's connection loses their sessions.
 * <p>
 * Netty's limit is a parameter of the codec's builder, which Reactor Netty owns. But the
 * decoder counts in a wrapper around the listener, so setting the listener again resets
 * the count. It also resets Netty's count of RST_STREAM frames, which is why they are
 * counted here, in the same way.
 */
final class EmptyDataFrames extends Http2FrameListenerDecorator {

	/** Frames in a row, within {@value #WINDOW_SECONDS} seconds. */
	static final int MAX = 256;

	private static final int WINDOW_SECONDS = 30;

	private final Http2ConnectionDecoder decoder;

	private final FrameLimit emptyData = new FrameLimit(MAX, WINDOW_SECONDS);

	private final FrameLimit resets;

	private EmptyDataFrames(Http2ConnectionDecoder decoder, FrameLimit resets) {
		super(decoder.frameListener());
		this.decoder = decoder;
		this.resets = resets;
	}

	/**
	 * Starts to count.
	 * @param decoder the decoder of a connection
	 * @param resets how many resets the client may send
	 */
	static void limit(Http2ConnectionDecoder decoder, FrameLimit resets) {
		decoder.frameListener(new EmptyDataFrames(decoder, resets));
	}

	@Override
	public int onDataRead(ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean endOfStream)
			throws Http2Exception {
		if (endOfStream || data.isReadable()) {
			this.emptyData.reset();
		}
		else if (this.emptyData.isExceeded()) {
			throw tooMany("empty DATA frames");
		}
		else {
			this.decoder.frameListener(this);
		}
		return this.listener.onDataRead(ctx, streamId, data, padding, endOfStream);
	}

	@Override
	public void onHeadersRead(ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding,
			boolean endStream) throws Http2Exception {
		this.emptyData.reset();
		super.onHeadersRead(ctx, streamId, headers, padding, endStream);
	}

	@Override
	public void onHeadersRead(ChannelHandlerContext ctx, int streamId, Http2Headers headers, int streamDependency,
			short weight, boolean exclusive, int padding, boolean endStream) throws Http2Exception {
		this.emptyData.reset();
		super.onHeadersRead(ctx, streamId, headers, streamDependency, weight, exclusive, padding, endStream);
	}

	@Override
	public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode) throws Http2Exception {
		if (this.resets.isExceeded()) {
			throw tooMany("RST_STREAM frames");
		}
		super.onRstStreamRead(ctx, streamId, errorCode);
	}

	private static Http2Exception tooMany(String frames) {
		return Http2Exception.connectionError(Http2Error.ENHANCE_YOUR_CALM, "Too many " + frames);
	}

}
