package io.github.websockethttp2.server.http2;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Refuses requests that are malformed or request a tunnel that this server does not offer
 * (RFC 9113, sections 8.1.1, 8.3 and 8.5; RFC 8441, section 4). All methods run on the
 * connection's event loop and take the context of the connection's handler.
 */
final class RequestGate {

	private static final Log logger = LogFactory.getLog(RequestGate.class);

	private final boolean offered;

	private final HeaderListLimit headerListLimit;

	private final PendingStreams pendingStreams;

	RequestGate(boolean offered, HeaderListLimit headerListLimit, PendingStreams pendingStreams) {
		this.offered = offered;
		this.headerListLimit = headerListLimit;
		this.pendingStreams = pendingStreams;
	}

	/**
	 * Passes on a request, or refuses it.
	 */
	void onRequest(ChannelHandlerContext ctx, Http2HeadersFrame frame) {
		Http2Headers headers = frame.headers();
		if (this.headerListLimit.isExceededBy(headers)) {
			refuse(ctx, frame, "431");
		}
		else if (RequestFields.isMalformed(headers)) {
			ctx.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.PROTOCOL_ERROR).stream(frame.stream()));
		}
		else if (!RequestFields.isConnect(headers)) {
			ctx.fireChannelRead(frame);
		}
		else if (!RequestFields.isWebSocket(headers) || !this.offered) {
			refuse(ctx, frame, "501");
		}
		else if (frame.isEndStream() || RequestFields.hasContent(headers)) {
			refuse(ctx, frame, "400");
		}
		else {
			this.pendingStreams.handshake(ctx, frame.stream());
			ctx.fireChannelRead(frame);
		}
	}

	private void refuse(ChannelHandlerContext ctx, Http2HeadersFrame request, String status) {
		if (logger.isDebugEnabled()) {
			// Not all headers, among which there are cookies and tokens
			Http2Headers headers = request.headers();
			logger.debug("Refused with " + status + ": " + headers.method() + ", :protocol "
					+ headers.get(Http2Headers.PseudoHeaderName.PROTOCOL.value()));
		}
		Http2Headers answer = new DefaultHttp2Headers().status(status).setInt("content-length", 0);
		ctx.writeAndFlush(new DefaultHttp2HeadersFrame(answer, true).stream(request.stream()));
		if (!request.isEndStream()) {
			this.pendingStreams.outputEnded(ctx, request.stream());
		}
	}

}
