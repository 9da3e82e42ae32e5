package io.github.websockethttp2.client;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;

import io.github.websockethttp2.channel.SessionOpening;
import io.github.websockethttp2.channel.SessionPipeline;
import io.github.websockethttp2.channel.WebSocketSessionHandler;
import io.github.websockethttp2.frame.AcceptKey;
import io.github.websockethttp2.frame.PerMessageDeflate;
import io.github.websockethttp2.frame.Role;
import io.github.websockethttp2.session.WebSocketTransport;
import io.github.websockethttp2.transport.ConnectionId;
import io.github.websockethttp2.transport.Http1Transport;
import io.github.websockethttp2.transport.SessionConnection;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;
import reactor.netty.channel.AbortedException;

import org.springframework.http.HttpHeaders;

/**
 * The client's side of a handshake over HTTP/1.1 (RFC 6455, section 4.1).
 *
 * <pre>
 *   GET /chat HTTP/1.1                             HTTP/1.1 101 Switching Protocols
 *   Host: server.example.com                       Upgrade: websocket
 *   Upgrade: websocket                             Connection: Upgrade
 *   Connection: Upgrade                            Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=
 *   Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==    Sec-WebSocket-Protocol: chat
 *   Sec-WebSocket-Protocol: chat, superchat
 *   Sec-WebSocket-Version: 13
 * </pre>
 */
final class Http1Handshake extends ChannelInboundHandlerAdapter {

	private static final SecureRandom RANDOM = new SecureRandom();

	private final HandshakeAttempt attempt;

	private final String key;

	private @Nullable HttpResponse response;

	private boolean done;

	Http1Handshake(HandshakeAttempt attempt) {
		this.attempt = attempt;
		byte[] nonce = new byte[16];
		RANDOM.nextBytes(nonce);
		this.key = Base64.getEncoder().encodeToString(nonce);
	}

	@Override
	public void handlerAdded(ChannelHandlerContext ctx) {
		try {
			send(ctx);
		}
		catch (RuntimeException ex) {
			// Such as a field that cannot be sent
			lost(new IllegalArgumentException("The request cannot be sent: " + ex.getMessage(), ex), true);
			ctx.close();
		}
	}

	private void send(ChannelHandlerContext ctx) {
		FullHttpRequest get = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET,
				this.attempt.request().path());
		get.headers().set(HttpHeaders.HOST, this.attempt.request().authority());
		this.attempt.request().headers().forEach((name, values) -> get.headers().add(name, values));
		get.headers()
			.set(HttpHeaders.UPGRADE, "websocket")
			.set(HttpHeaders.CONNECTION, "Upgrade")
			.set("Sec-WebSocket-Key", this.key)
			.set("Sec-WebSocket-Version", HandshakeRequest.VERSION);
		if (!this.attempt.request().subProtocols().isEmpty()) {
			get.headers().set("Sec-WebSocket-Protocol", String.join(", ", this.attempt.request().subProtocols()));
		}
		if (this.attempt.settings().compression()) {
			get.headers().set("Sec-WebSocket-Extensions", PerMessageDeflate.offer());
		}
		ctx.writeAndFlush(get).addListener((sent) -> {
			if (!sent.isSuccess()) {
				lost(sent.cause(), false);
			}
		});
	}

	@Override
	public void channelRead(ChannelHandlerContext ctx, Object message) {
		if (!this.done && message instanceof HttpResponse head) {
			this.response = (head.status().code() >= 200 || head.status().code() == 101) ? head : null;
		}
		HttpResponse response = this.response;
		if (!this.done && response != null && (message instanceof LastHttpContent || response.status().code() != 101)) {
			this.done = true;
			onAnswer(ctx, response);
		}
		ReferenceCountUtil.release(message);
	}

	private void onAnswer(ChannelHandlerContext ctx, HttpResponse response) {
		HttpHeaders headers = new HttpHeaders();
		response.headers().forEach((field) -> headers.add(field.getKey(), field.getValue()));
		HandshakeAnswer answer = new HandshakeAnswer(response.status().code(), headers);
		if (answer.status() != 101) {
			ctx.close();
			this.attempt.listener().refused(answer);
		}
		else if (!isUpgrade(headers)) {
			ctx.close();
			this.attempt.listener()
				.lost(answer.error("The 101 does not fit the request (RFC 6455, section 4.1): " + headers), true);
		}
		else {
			this.attempt.listener().accepted(ctx.channel(), answer, (opening) -> start(ctx, opening));
		}
	}

	/**
	 * RFC 6455, section 4.1: what a client has to check of a 101.
	 */
	private boolean isUpgrade(HttpHeaders headers) {
		return "websocket".equalsIgnoreCase(headers.getUpgrade())
				&& headers.getConnection().stream().anyMatch("upgrade"::equalsIgnoreCase)
				&& headers.getOrEmpty("Sec-WebSocket-Accept").equals(List.of(AcceptKey.of(this.key)));
	}

	private boolean start(ChannelHandlerContext ctx, SessionOpening opening) {
		Channel channel = ctx.channel();
		Http1Transport transport = new Http1Transport(channel, Role.CLIENT, this.attempt.settings().closeTimeout());
		WebSocketSessionHandler session = new WebSocketSessionHandler(channel, transport,
				this.attempt.settings().session(), opening);
		String http = channel.pipeline().context(HttpClientCodec.class).name();
		List<ChannelHandler> handlers = SessionPipeline.of(HandshakeAttempt.CODEC, transport, session, opening);
		for (int i = handlers.size() - 1; i >= 0; i--) {
			channel.pipeline().addAfter(http, null, handlers.get(i));
		}
		channel.pipeline().remove(this);
		// What it has read beyond the answer goes to the session
		channel.pipeline().remove(http);
		return this.attempt.start(session,
				new WebSocketTransport(WebSocketTransport.Protocol.HTTP_1_1, ConnectionId.next(), 0),
				SessionConnection.OF_ONE_SESSION, opening);
	}

	@Override
	public void channelInactive(ChannelHandlerContext ctx) {
		lost(new AbortedException("The connection was closed before the handshake was answered"), true);
		ctx.fireChannelInactive();
	}

	private void lost(Throwable cause, boolean processed) {
		if (!this.done) {
			this.done = true;
			this.attempt.listener().lost(cause, processed);
		}
	}

	@Override
	public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
		lost(cause, true);
		ctx.close();
	}

}
