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
 * Where the HTTP exchange of a handshake ends. After the response's head has been sent,
 * the channel belongs to the session; when Reactor Netty ends the exchange, the end of
 * its response is swallowed here, the exchange counts as complete, and everything in the
 * pipeline that served it is removed, so that nothing of it outlives the handshake.
 */
final class ExchangeEnd extends ChannelOutboundHandlerAdapter {

	private final WebSocketSessionHandler session;

	ExchangeEnd(WebSocketSessionHandler session) {
		this.session = session;
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
		if (pipeline.context(this.session) != null) {
			List<String> names = pipeline.names();
			String session = pipeline.context(this.session).name();
			names.subList(names.indexOf(session) + 1, names.size())
				.stream()
				.filter((name) -> pipeline.context(name) != null && !isStillNeeded(pipeline, name))
				.forEach(pipeline::remove);
			this.session.exchangeEnded();
		}
	}

	/**
	 * Reactor Netty's meter of connections counts the end of one where it counted its
	 * begin.
	 */
	private static boolean isStillNeeded(ChannelPipeline pipeline, String name) {
		return name.equals(NettyPipeline.HttpMetricsHandler) && !(pipeline.channel() instanceof Http2StreamChannel);
	}

}
