package io.github.websockethttp2.server;

import java.util.List;

import io.github.websockethttp2.channel.WebSocketSessionHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.ReferenceCountUtil;
import reactor.netty.NettyPipeline;

/**
 * Ends the HTTP exchange of a handshake. Once the response's head has been sent, the
 * channel belongs to the session. When Reactor Netty ends the exchange, this handler
 * swallows the end of the response, the exchange counts as complete, and its handlers are
 * removed from the pipeline. Nothing of the exchange outlives the handshake.
 */
final class ExchangeEnd extends ChannelOutboundHandlerAdapter {

	private final WebSocketSessionHandler sessionHandler;

	ExchangeEnd(WebSocketSessionHandler sessionHandler) {
		this.sessionHandler = sessionHandler;
	}

	@Override
	public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
		if (isEnd(message)) {
			ReferenceCountUtil.release(message);
			promise.trySuccess();
			ctx.executor().execute(() -> removeHttpHandlers(ctx.pipeline()));
		}
		else {
			ctx.write(message, promise);
		}
	}

	private static boolean isEnd(Object message) {
		return message instanceof LastHttpContent || (message instanceof Http2DataFrame data && data.isEndStream());
	}

	private void removeHttpHandlers(ChannelPipeline pipeline) {
		if (pipeline.context(this.sessionHandler) != null) {
			List<String> names = pipeline.names();
			String session = pipeline.context(this.sessionHandler).name();
			names.subList(names.indexOf(session) + 1, names.size())
				.stream()
				.filter((name) -> pipeline.context(name) != null && !isStillNeeded(pipeline, name))
				.forEach(pipeline::remove);
			this.sessionHandler.exchangeEnded();
		}
	}

	/**
	 * Returns whether a handler must stay. Reactor Netty's meter of connections counts
	 * the end of a connection in the handler that counted its beginning.
	 */
	private static boolean isStillNeeded(ChannelPipeline pipeline, String name) {
		return name.equals(NettyPipeline.HttpMetricsHandler) && !(pipeline.channel() instanceof Http2StreamChannel);
	}

}
