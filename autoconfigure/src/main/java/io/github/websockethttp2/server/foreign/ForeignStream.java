package io.github.websockethttp2.server.foreign;

import java.nio.channels.ClosedChannelException;

import io.github.websockethttp2.server.http2.Http2ServerConnection;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.ReferenceCountUtil;

/**
 * Ends the stream of a WebSocket that is not ours. Reactor Netty ignores END_STREAM, and
 * resets a stream right after its Close frame, which some peers then drop. Here the end
 * of the client's side ends the server's, as with a TCP connection. Once the server's
 * side has ended, the client has the close timeout to end its own.
 */
final class ForeignStream extends ChannelDuplexHandler {

	private final Http2ServerConnection connection;

	private boolean inputEnded;

	private boolean outputEnded;

	ForeignStream(Http2ServerConnection connection) {
		this.connection = connection;
	}

	@Override
	public void channelRead(ChannelHandlerContext ctx, Object message) {
		boolean end = isEnd(message);
		ctx.fireChannelRead(message);
		if (end && !this.inputEnded) {
			this.inputEnded = true;
			// Messages that have been read may still be answered
			ctx.executor().execute(() -> endOutput(ctx));
		}
	}

	private void endOutput(ChannelHandlerContext ctx) {
		if (!this.outputEnded && ctx.channel().isActive()) {
			write(ctx, new DefaultHttp2DataFrame(true), ctx.newPromise());
			ctx.flush();
		}
	}

	/**
	 * Answers the handshake with an error.
	 */
	void refuse(ChannelHandlerContext ctx, HttpResponseStatus status) {
		Http2Headers headers = new DefaultHttp2Headers().status(status.codeAsText()).setInt("content-length", 0);
		write(ctx, new DefaultHttp2HeadersFrame(headers, true), ctx.newPromise());
		ctx.flush();
	}

	@Override
	public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
		if (this.outputEnded) {
			ReferenceCountUtil.release(message);
			promise.tryFailure(new ClosedChannelException());
			return;
		}
		this.outputEnded = isEnd(message);
		ctx.write(message, promise);
		if (this.outputEnded) {
			this.connection.outputEnded(((Http2StreamChannel) ctx.channel()).stream());
		}
	}

	/**
	 * Waits for the client to end its side: a reset would overtake the Close frame.
	 */
	@Override
	public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
		if (this.outputEnded && !this.inputEnded && ctx.channel().isActive()) {
			ctx.channel().closeFuture().addListener((closed) -> promise.trySuccess());
		}
		else {
			ctx.close(promise);
		}
	}

	private static boolean isEnd(Object message) {
		return (message instanceof Http2DataFrame data && data.isEndStream())
				|| (message instanceof Http2HeadersFrame headers && headers.isEndStream());
	}

}
