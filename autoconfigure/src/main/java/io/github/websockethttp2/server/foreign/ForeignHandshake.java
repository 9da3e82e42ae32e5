package io.github.websockethttp2.server.foreign;

import java.util.function.Consumer;

import io.github.websockethttp2.server.http2.Http2ServerConnection;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;
import reactor.netty.channel.AbortedException;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * Waits for the answer to a handshake, next to the codec, where every upgrade passes. An
 * accepting answer comes from somebody else, since our own upgrades remove this handler
 * first. The answer is sent, or replaced by a refusal. To whoever upgraded, a refusal
 * looks like a client that has gone.
 */
final class ForeignHandshake extends ChannelOutboundHandlerAdapter {

	private final ForeignDoor door;

	private final HttpServerRequest request;

	private final HttpServerResponse response;

	private final @Nullable Http2ServerConnection serverConnection;

	private volatile boolean allowed;

	private volatile @Nullable Consumer<@Nullable HttpResponseStatus> listener;

	private boolean refused;

	ForeignHandshake(ForeignDoor door, HttpServerRequest request, HttpServerResponse response,
			@Nullable Http2ServerConnection serverConnection) {
		this.door = door;
		this.request = request;
		this.response = response;
		this.serverConnection = serverConnection;
	}

	/**
	 * Allows the handshake without asking the policy. May be called from any thread.
	 */
	void allow() {
		this.allowed = true;
	}

	/**
	 * Sets who is told of the decision in place of the door. May be called from any
	 * thread.
	 */
	void onDecision(Consumer<@Nullable HttpResponseStatus> listener) {
		this.listener = listener;
	}

	@Override
	public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
		if (this.refused) {
			ReferenceCountUtil.release(message);
			failWhenClosed(ctx, promise);
		}
		else if (message instanceof HttpResponse head) {
			onHttp1(ctx, head, promise);
		}
		else if (message instanceof Http2HeadersFrame head && this.serverConnection != null) {
			onHttp2(ctx, head, this.serverConnection, promise);
		}
		else {
			ctx.write(message, promise);
		}
	}

	private void onHttp1(ChannelHandlerContext ctx, HttpResponse head, ChannelPromise promise) {
		boolean upgrade = head.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS);
		HttpResponseStatus refusal = (upgrade) ? refusal() : null;
		if (refusal != null) {
			ReferenceCountUtil.release(head);
			this.refused = true;
			failWhenClosed(ctx, promise);
			refuse(ctx, refusal);
			return;
		}
		ctx.write(head, promise);
		if (upgrade) {
			this.door.opened(ctx.channel());
		}
		if (upgrade || head.status().codeClass() != HttpStatusClass.INFORMATIONAL) {
			remove(ctx);
		}
	}

	private static void refuse(ChannelHandlerContext ctx, HttpResponseStatus status) {
		HttpResponse answer = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.EMPTY_BUFFER);
		answer.headers()
			.set(HttpHeaderNames.CONTENT_LENGTH, HttpHeaderValues.ZERO)
			.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
		ctx.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE);
	}

	private void onHttp2(ChannelHandlerContext ctx, Http2HeadersFrame head, Http2ServerConnection serverConnection,
			ChannelPromise promise) {
		HttpStatusClass status = HttpStatusClass.valueOf(head.headers().status());
		if (status == HttpStatusClass.SUCCESS) {
			ForeignStream stream = new ForeignStream(serverConnection);
			ctx.pipeline().addAfter(ctx.name(), null, stream);
			HttpResponseStatus refusal = refusal();
			if (refusal != null) {
				failWhenClosed(ctx, promise);
				stream.refuse(ctx.pipeline().context(stream), refusal);
			}
			else {
				// RFC 9110, section 8.6: a tunnel has no length
				head.headers().remove(HttpHeaderNames.CONTENT_LENGTH);
				serverConnection.foreignStreams().add(stream(ctx));
				ctx.write(head, promise);
				this.door.opened(ctx.channel());
			}
		}
		else {
			ctx.write(head, promise);
		}
		if (status != HttpStatusClass.INFORMATIONAL) {
			remove(ctx);
		}
	}

	private @Nullable HttpResponseStatus refusal() {
		HttpResponseStatus refusal = this.door.refusal(this.request, this.response, this.allowed);
		Consumer<@Nullable HttpResponseStatus> listener = this.listener;
		if (listener != null) {
			listener.accept(refusal);
		}
		else {
			this.door.decided(this.request, refusal);
		}
		return refusal;
	}

	private void remove(ChannelHandlerContext ctx) {
		if (!ctx.isRemoved()) {
			// Otherwise the write has closed the channel
			ctx.pipeline().remove(this);
		}
	}

	private static Http2FrameStream stream(ChannelHandlerContext ctx) {
		return ((Http2StreamChannel) ctx.channel()).stream();
	}

	private static void failWhenClosed(ChannelHandlerContext ctx, ChannelPromise promise) {
		ctx.channel().closeFuture().addListener((closed) -> promise.tryFailure(AbortedException.beforeSend()));
	}

}
