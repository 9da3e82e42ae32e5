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
 * Limits the size of header lists (RFC 9113, section 6.5.2) to
 * {@code server.max-http-request-header-size}. Netty closes the connection if a list
 * takes a quarter more than that on the wire, so that behind a proxy one visitor's
 * cookies end everybody's sessions. Here Netty's limit is raised to half a megabyte, more
 * than any proxy passes on, and a list over the actual limit is refused on its own
 * stream. That still bounds what a peer can make the server decode and buffer, to less
 * than a connection's window.
 * <p>
 * Netty applies the limit of its own settings when the peer acknowledges them; there is
 * no other way to change it. So, before the first request is read, settings with the
 * higher limit are queued. Their write is cancelled, so that they are not sent, and a
 * frame that no peer has sent acknowledges them. The settings that the peer has seen stay
 * the same.
 */
final class HeaderListLimit {

	/** Netty's raised limit, which tolerates a quarter more. */
	static final int RAISED = 512 * 1024;

	/** What each field counts besides its name and value. */
	private static final int FIELD_OVERHEAD = 32;

	private final Http2FrameCodec codec;

	private long limit = Long.MAX_VALUE;

	private boolean raised;

	HeaderListLimit(Http2FrameCodec codec) {
		this.codec = codec;
	}

	/**
	 * The peer's settings, its first frame, have arrived.
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
	 * Returns whether the fields of a request or its trailers exceed the limit.
	 */
	boolean isExceededBy(Http2Headers headers) {
		long size = 0;
		for (Map.Entry<CharSequence, CharSequence> field : headers) {
			size += field.getKey().length() + field.getValue().length() + FIELD_OVERHEAD;
		}
		return size > this.limit;
	}

}
