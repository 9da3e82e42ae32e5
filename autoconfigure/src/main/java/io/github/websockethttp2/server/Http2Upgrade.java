package io.github.websockethttp2.server;

import java.util.List;

import io.github.websockethttp2.channel.SessionOpening;
import io.github.websockethttp2.channel.SessionPipeline;
import io.github.websockethttp2.channel.SessionSettings;
import io.github.websockethttp2.channel.WebSocketSessionHandler;
import io.github.websockethttp2.frame.FrameCodec;
import io.github.websockethttp2.frame.Role;
import io.github.websockethttp2.server.http2.Http2ServerConnection;
import io.github.websockethttp2.session.SessionBudget;
import io.github.websockethttp2.session.SessionPermit;
import io.github.websockethttp2.session.WebSocketTransport;
import io.github.websockethttp2.transport.Http2StreamTransport;
import io.github.websockethttp2.transport.SessionConnection;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2StreamChannel;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.server.HttpServerResponse;

/**
 * Hands a stream over to a session after a 200 (RFC 8441, section 5).
 */
final class Http2Upgrade implements ChannelUpgrade {

	private final Channel channel;

	private final Http2ServerConnection connection;

	Http2Upgrade(Channel channel, Http2ServerConnection connection) {
		this.channel = channel;
		this.connection = connection;
	}

	@Override
	public @Nullable SessionPermit tryAcquire(SessionBudget server) {
		return SessionPermit.tryAcquire(server, this.connection.budget());
	}

	@Override
	public boolean isPending() {
		return this.channel.isActive() && this.connection.isHandshake(streamId());
	}

	@Override
	public WebSocketSessionHandler install(HttpServerResponse response, FrameCodec codec, SessionSettings settings,
			SessionOpening opening) {
		ChannelPipeline pipeline = this.channel.pipeline();
		Http2StreamTransport transport = new Http2StreamTransport(this.connection, Role.SERVER);
		WebSocketSessionHandler sessionHandler = new WebSocketSessionHandler(this.channel, transport, settings,
				opening);
		pipeline.addFirst(new ExchangeEnd(sessionHandler));
		List<ChannelHandler> handlers = SessionPipeline.of(codec, transport, sessionHandler, opening);
		pipeline.addFirst(handlers.toArray(ChannelHandler[]::new));
		ChannelUpgrade.sendHead(response);
		// The request's body now belongs to the session; for the exchange it ends here
		pipeline.context(sessionHandler).fireChannelRead(LastHttpContent.EMPTY_LAST_CONTENT);
		this.channel.config().setAutoRead(true);
		return sessionHandler;
	}

	@Override
	public WebSocketTransport transport() {
		return this.connection.transport(streamId());
	}

	@Override
	public SessionConnection connection() {
		return this.connection;
	}

	private int streamId() {
		return ((Http2StreamChannel) this.channel).stream().id();
	}

}
