package io.github.websockethttp2.server;

import java.util.List;

import io.github.websockethttp2.channel.SessionOpening;
import io.github.websockethttp2.channel.SessionPipeline;
import io.github.websockethttp2.channel.SessionSettings;
import io.github.websockethttp2.channel.WebSocketSessionHandler;
import io.github.websockethttp2.frame.FrameCodec;
import io.github.websockethttp2.frame.Role;
import io.github.websockethttp2.session.SessionBudget;
import io.github.websockethttp2.session.SessionPermit;
import io.github.websockethttp2.session.WebSocketTransport;
import io.github.websockethttp2.transport.ConnectionId;
import io.github.websockethttp2.transport.Http1Transport;
import io.github.websockethttp2.transport.SessionConnection;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpServerCodec;
import org.jspecify.annotations.Nullable;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServerResponse;

/**
 * Hands a connection over to a session after a 101 (RFC 6455, section 4.2.2).
 */
final class Http1Upgrade implements ChannelUpgrade {

	private final Channel channel;

	Http1Upgrade(Channel channel) {
		this.channel = channel;
	}

	@Override
	public @Nullable SessionPermit tryAcquire(SessionBudget server) {
		return SessionPermit.tryAcquire(server, null);
	}

	@Override
	public boolean isPending() {
		return this.channel.isActive();
	}

	@Override
	public WebSocketSessionHandler install(HttpServerResponse response, FrameCodec codec, SessionSettings settings,
			SessionOpening opening) {
		ChannelPipeline pipeline = this.channel.pipeline();
		Http1Transport transport = new Http1Transport(this.channel, Role.SERVER, settings.closeTimeout());
		WebSocketSessionHandler sessionHandler = new WebSocketSessionHandler(this.channel, transport, settings,
				opening);
		pipeline.addAfter(NettyPipeline.HttpTrafficHandler, null, new ExchangeEnd(sessionHandler));
		String http = pipeline.context(HttpServerCodec.class).name();
		List<ChannelHandler> handlers = SessionPipeline.of(codec, transport, sessionHandler, opening);
		for (int i = handlers.size() - 1; i >= 0; i--) {
			pipeline.addAfter(http, null, handlers.get(i));
		}
		ChannelUpgrade.sendHead(response);
		// Bytes that it has read beyond the request go to the session
		pipeline.remove(HttpServerCodec.class);
		return sessionHandler;
	}

	@Override
	public WebSocketTransport transport() {
		return new WebSocketTransport(WebSocketTransport.Protocol.HTTP_1_1, ConnectionId.next(), 0);
	}

	@Override
	public SessionConnection connection() {
		return SessionConnection.OF_ONE_SESSION;
	}

}
