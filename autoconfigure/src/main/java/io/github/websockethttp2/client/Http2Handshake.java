package io.github.websockethttp2.client;

import java.util.Locale;

import io.github.websockethttp2.channel.SessionOpening;
import io.github.websockethttp2.channel.SessionPipeline;
import io.github.websockethttp2.channel.WebSocketSessionHandler;
import io.github.websockethttp2.frame.PerMessageDeflate;
import io.github.websockethttp2.frame.Role;
import io.github.websockethttp2.transport.Http2StreamTransport;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;
import reactor.netty.channel.AbortedException;

import org.springframework.http.HttpHeaders;

/**
 * The client's side of a handshake over HTTP/2 (RFC 8441, section 5), on its stream.
 *
 * <pre>
 *   HEADERS + END_HEADERS                    HEADERS + END_HEADERS
 *   :method = CONNECT                        :status = 200
 *   :protocol = websocket                    sec-websocket-protocol = chat
 *   :scheme = https
 *   :path = /chat
 *   :authority = server.example.com
 *   sec-websocket-protocol = chat, superchat
 *   sec-websocket-version = 13
 * </pre>
 */
final class Http2Handshake extends ChannelInboundHandlerAdapter {

	private final ClientConnection connection;

	private final HandshakeAttempt attempt;

	private @Nullable Channel channel;

	private boolean abandoned;

	private boolean done;

	Http2Handshake(ClientConnection connection, HandshakeAttempt attempt) {
		this.connection = connection;
		this.attempt = attempt;
	}

	/**
	 * Nobody waits for the answer any more, from any thread.
	 */
	void abandon() {
		this.connection.eventLoop().execute(() -> {
			this.abandoned = true;
			if (this.channel != null && !this.done) {
				this.done = true;
				// RST_STREAM with CANCEL
				this.channel.close();
				this.attempt.listener().lost(AbortedException.beforeSend(), true);
			}
		});
	}

	@Override
	public void channelActive(ChannelHandlerContext ctx) {
		try {
			send(ctx);
		}
		catch (Exception ex) {
			// Such as a field that cannot be sent: Netty throws what it does not declare
			ctx.close();
			notSent(new IllegalArgumentException("The request cannot be sent: " + ex.getMessage(), ex), true);
		}
	}

	private void send(ChannelHandlerContext ctx) {
		this.channel = ctx.channel();
		if (this.abandoned) {
			ctx.close();
			notSent(AbortedException.beforeSend(), true);
			return;
		}
		Http2Headers headers = new DefaultHttp2Headers().method("CONNECT")
			.scheme((this.attempt.request().endpoint().secure()) ? "https" : "http")
			.path(this.attempt.request().path())
			.authority(this.attempt.request().authority())
			.set(Http2Headers.PseudoHeaderName.PROTOCOL.value(), "websocket");
		this.attempt.request()
			.headers()
			.forEach((name, values) -> values.forEach((value) -> headers.add(name.toLowerCase(Locale.ROOT), value)));
		headers.set("sec-websocket-version", HandshakeRequest.VERSION);
		if (!this.attempt.request().subProtocols().isEmpty()) {
			headers.set("sec-websocket-protocol", String.join(", ", this.attempt.request().subProtocols()));
		}
		if (this.attempt.settings().compression()) {
			headers.set("sec-websocket-extensions", PerMessageDeflate.offer());
		}
		ctx.writeAndFlush(new DefaultHttp2HeadersFrame(headers, false)).addListener((sent) -> {
			if (!sent.isSuccess()) {
				notSent(sent.cause());
			}
		});
	}

	/**
	 * The request has not left.
	 */
	void notSent(Throwable cause) {
		notSent(cause, false);
	}

	private void notSent(Throwable cause, boolean inVain) {
		if (!this.done) {
			this.done = true;
			this.attempt.listener().lost(cause, inVain);
		}
	}

	@Override
	public void channelRead(ChannelHandlerContext ctx, Object message) {
		if (!this.done && message instanceof Http2HeadersFrame frame) {
			onAnswer(ctx, frame);
		}
		else {
			ReferenceCountUtil.release(message);
		}
	}

	private void onAnswer(ChannelHandlerContext ctx, Http2HeadersFrame frame) {
		int status = Integer.parseInt(String.valueOf(frame.headers().status()));
		if (status < 200) {
			return;
		}
		this.done = true;
		HttpHeaders headers = new HttpHeaders();
		frame.headers().forEach((field) -> {
			if (field.getKey().charAt(0) != ':') {
				headers.add(field.getKey().toString(), field.getValue().toString());
			}
		});
		HandshakeAnswer answer = new HandshakeAnswer(status, headers);
		if (status >= 300 || frame.isEndStream()) {
			ctx.close();
			this.attempt.listener().refused(answer);
		}
		else {
			this.attempt.listener().accepted(ctx.channel(), answer, (opening) -> start(ctx, opening));
		}
	}

	private boolean start(ChannelHandlerContext ctx, SessionOpening opening) {
		Channel channel = ctx.channel();
		Http2StreamTransport transport = new Http2StreamTransport(this.connection, Role.CLIENT);
		WebSocketSessionHandler session = new WebSocketSessionHandler(channel, transport,
				this.attempt.settings().session(), opening);
		channel.pipeline()
			.addFirst(SessionPipeline.of(HandshakeAttempt.CODEC, transport, session, opening)
				.toArray(ChannelHandler[]::new));
		channel.pipeline().remove(this);
		return this.attempt.start(session, this.connection.transport(((Http2StreamChannel) channel).stream().id()),
				this.connection, opening);
	}

	@Override
	public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
		if (event instanceof Http2ResetFrame reset && !this.done) {
			this.done = true;
			Http2Error error = Http2Error.valueOf(reset.errorCode());
			// RFC 9113, section 7: an unknown code is an internal error
			this.attempt.listener().reset((error != null) ? error : Http2Error.INTERNAL_ERROR);
		}
		else if (event instanceof Http2GoAwayFrame && !this.done) {
			this.done = true;
			this.attempt.listener().lost(new AbortedException("The server has refused the stream with GOAWAY"), false);
		}
		ReferenceCountUtil.release(event);
	}

	/**
	 * The answer is none.
	 */
	@Override
	public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
		notSent(cause, true);
		ctx.close();
	}

	@Override
	public void channelInactive(ChannelHandlerContext ctx) {
		if (!this.done) {
			this.done = true;
			this.attempt.listener()
				.lost(new AbortedException("The connection was closed before the handshake was answered"), true);
		}
	}

}
