package io.github.websockethttp2.server.http2;

import java.util.ArrayList;
import java.util.Map;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;

/**
 * The size of header lists that a connection takes (RFC 9113, section 6.5.2), which is
 * {@code server.max-http-request-header-size}. Netty ends a connection when a list takes
 * a quarter more than that on the wire, so that behind a proxy one visitor's cookies end
 * everybody's sessions. Here a list may take half a megabyte, more than any proxy passes
 * on, before that happens, and what is over the limit is refused on its stream. That
 * bounds what a peer can make the server buffer, to less than a connection's window, and
 * decode.
 * <p>
 * Netty takes the limit from the settings that it has sent, when they are acknowledged,
 * and has no other way in. So, before the first request is read, settings with the higher
 * limit are queued that are not sent, since their write is cancelled, and are
 * acknowledged by a frame that no peer has sent. What has been sent, and what a peer
 * sees, stays as it is.
 */
final class HeaderListLimit {

	/** Where Netty's own limit is raised to, which lets a quarter more pass. */
	static final int RAISED = 512 * 1024;

	/** What counts of a field besides its name and value. */
	private static final int FIELD_OVERHEAD = 32;

	private final Http2FrameCodec codec;

	private long limit = Long.MAX_VALUE;

	private boolean raised;

	HeaderListLimit(Http2FrameCodec codec) {
		this.codec = codec;
	}

	/**
	 * The peer's settings have come, which are its first frame.
	 */
	void onSettings(ChannelHandlerContext ctx) throws Http2Exception {
		if (!this.raised) {
			this.raised = true;
			raise(ctx.pipeline().context(this.codec));
		}
	}

	private void raise(ChannelHandlerContext ctx) throws Http2Exception {
		Http2Settings sent = this.codec.encoder().pollSentSettings();
		if (sent == null) {
			return;
		}
		Long sentLimit = sent.maxHeaderListSize();
		if (sentLimit != null && sentLimit < RAISED) {
			this.limit = sentLimit;
			queue(ctx, new Http2Settings().maxHeaderListSize(RAISED));
			acknowledge(ctx);
			sent = new Http2Settings().copyFrom(sent);
			sent.remove(Http2CodecUtil.SETTINGS_MAX_HEADER_LIST_SIZE);
		}
		queue(ctx, sent);
	}

	private void queue(ChannelHandlerContext ctx, Http2Settings settings) {
		Http2ConnectionEncoder encoder = this.codec.encoder();
		ChannelPromise notSent = ctx.newPromise();
		notSent.cancel(false);
		encoder.writeSettings(ctx, settings, notSent);
	}

	private void acknowledge(ChannelHandlerContext ctx) throws Http2Exception {
		ByteBuf frame = Unpooled.buffer(Http2CodecUtil.FRAME_HEADER_LENGTH)
			.writeMedium(0)
			.writeByte(Http2FrameTypes.SETTINGS)
			.writeByte(new Http2Flags().ack(true).value())
			.writeInt(0);
		this.codec.decoder().decodeFrame(ctx, frame, new ArrayList<>(0));
	}

	/**
	 * Returns whether fields are more than a request or its trailers may have.
	 */
	boolean isExceededBy(Http2Headers headers) {
		long size = 0;
		for (Map.Entry<CharSequence, CharSequence> field : headers) {
			size += field.getKey().length() + field.getValue().length() + FIELD_OVERHEAD;
		}
		return size > this.limit;
	}

}
