package io.github.websockethttp2.stream;

import java.util.concurrent.atomic.AtomicReference;

import io.github.websockethttp2.session.SessionPermit;
import io.github.websockethttp2.session.WebSocketSessions;
import io.github.websockethttp2.session.WebSocketTransport;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http2.Http2StreamChannel;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.netty.NettyPipeline;
import reactor.netty.channel.AbortedException;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.util.context.Context;

import org.springframework.web.reactive.socket.CloseStatus;

/**
 * Takes a channel over from Reactor Netty once a handshake is accepted, and runs the
 * session on it.
 * <p>
 * The channel is the one that the response's connection hands out, which is public API.
 * That the handlers of the exchange can be told apart by the names in
 * {@link NettyPipeline}, and that Reactor Netty ends the exchange by writing the end of
 * the response to the channel, is how version 1.3 does it; {@code StreamUpgradeTests}
 * fails when that changes.
 */
public final class StreamUpgrade {

	private final StreamSettings settings;

	private final WebSocketSessions sessions;

	private final HandlerFailures failures = new HandlerFailures();

	private volatile @Nullable WebSocketDecoderConfig decoderConfig;

	/**
	 * Create an upgrade.
	 * @param settings what the sessions are held to
	 * @param sessions where they are entered
	 */
	public StreamUpgrade(StreamSettings settings, WebSocketSessions sessions) {
		this.settings = settings;
		this.sessions = sessions;
	}

	/**
	 * Returns the settings of the sessions that are opened.
	 * @return the settings
	 */
	public StreamSettings settings() {
		return this.settings;
	}

	/**
	 * Tells whether a request is a WebSocket handshake over HTTP/2 that is not decided
	 * yet. Must be called on the request's event loop.
	 * @param request the request
	 * @return its transport, or {@code null} if it is any other request
	 */
	public static @Nullable WebSocketTransport http2Handshake(HttpServerRequest request) {
		AtomicReference<@Nullable WebSocketTransport> transport = new AtomicReference<>();
		request.withConnection((connection) -> {
			Http2ConnectionHandler http2 = Http2ConnectionHandler.of(connection.channel());
			if (http2 != null && http2.isHandshake(streamId(connection.channel()))) {
				transport.set(http2.transport(streamId(connection.channel())));
			}
		});
		return transport.get();
	}

	/**
	 * Takes a place for a session in the server's budget and in its connection's.
	 * @param response the response to the handshake
	 * @return the permit, or {@code null} if there is no place left or the server goes
	 * down
	 */
	public @Nullable SessionPermit tryAcquire(HttpServerResponse response) {
		if (this.sessions.isDraining()) {
			return null;
		}
		AtomicReference<@Nullable Http2ConnectionHandler> connection = new AtomicReference<>();
		response.withConnection((stream) -> connection.set(Http2ConnectionHandler.of(stream.channel())));
		Http2ConnectionHandler http2 = connection.get();
		return (http2 != null) ? SessionPermit.tryAcquire(this.sessions.getBudget(), http2.budget())
				: SessionPermit.tryAcquire(this.sessions.getBudget());
	}

	/**
	 * Sends the head of the response, ends the HTTP exchange, and begins the session.
	 * @param response the response, with status and headers set and nothing sent
	 * @param opening what the session needs to begin
	 * @param context the Reactor context of the session's handler
	 * @return completes when the exchange is over and the session has begun
	 */
	public Mono<Void> upgrade(HttpServerResponse response, SessionOpening opening, Context context) {
		return Mono.create((sink) -> response.withConnection((connection) -> {
			Channel channel = connection.channel();
			if (channel.eventLoop().inEventLoop()) {
				tryUpgrade(response, channel, opening, context, sink);
			}
			else {
				channel.eventLoop().execute(() -> tryUpgrade(response, channel, opening, context, sink));
			}
		}));
	}

	private void tryUpgrade(HttpServerResponse response, Channel channel, SessionOpening opening, Context context,
			MonoSink<Void> sink) {
		try {
			upgrade(response, channel, opening, context, sink);
		}
		catch (Throwable ex) {
			opening.permit().release();
			sink.error(ex);
		}
	}

	private void upgrade(HttpServerResponse response, Channel channel, SessionOpening opening, Context context,
			MonoSink<Void> sink) {
		Http2ConnectionHandler http2 = Http2ConnectionHandler.of(channel);
		// From the claim on the permit is the session's, whoever cancels the handshake
		if (!opening.permit().claim() || !channel.isActive()
				|| (http2 != null && !http2.isHandshake(streamId(channel)))) {
			opening.permit().release();
			sink.error(AbortedException.beforeSend());
			return;
		}
		ForeignUpgrades.withdraw(channel.pipeline());
		WebSocketSessionHandler handler = (http2 != null) ? installHttp2(response, channel, http2, opening)
				: installHttp1(response, channel, opening);
		WebSocketTransport transport = (http2 != null) ? http2.transport(streamId(channel))
				: new WebSocketTransport(WebSocketTransport.Protocol.HTTP_1_1, ConnectionId.next(), 0);
		NettyWebSocketSession session = new NettyWebSocketSession(transport, handler, opening);
		if (!handler.begin(new SessionEnd(this.sessions, session, http2, opening.permit()))) {
			opening.permit().release();
			sink.error(AbortedException.beforeSend());
			return;
		}
		if (http2 != null) {
			http2.sessionOpened(streamId(channel), opening.permit());
		}
		this.sessions.opened(session);
		handler.application().call(sink::success);
		HandlerSubscriber.run(opening.handler(), session, handler, context, this.failures);
		if (this.sessions.isDraining()) {
			// Admitted before the server began to go down, and opened after
			session.close(CloseStatus.GOING_AWAY).subscribe();
		}
		handler.deliverEarlyBytes();
	}

	private WebSocketSessionHandler installHttp2(HttpServerResponse response, Channel channel,
			Http2ConnectionHandler http2, SessionOpening opening) {
		ChannelPipeline pipeline = channel.pipeline();
		Http2StreamTransport transport = new Http2StreamTransport(http2);
		WebSocketSessionHandler session = new WebSocketSessionHandler(channel, transport, this.settings, opening);
		pipeline.addFirst(new ExchangeEnd(session));
		pipeline.addFirst(session);
		for (ChannelHandler handler : codec(opening, session, transport)) {
			pipeline.addFirst(handler);
		}
		pipeline.addFirst(transport);
		sendHead(response);
		// The request's body is the session's now; for the exchange it ends here
		pipeline.context(session).fireChannelRead(LastHttpContent.EMPTY_LAST_CONTENT);
		channel.config().setAutoRead(true);
		return session;
	}

	private WebSocketSessionHandler installHttp1(HttpServerResponse response, Channel channel, SessionOpening opening) {
		ChannelPipeline pipeline = channel.pipeline();
		Http1Transport transport = new Http1Transport(channel, this.settings.closeTimeout());
		WebSocketSessionHandler session = new WebSocketSessionHandler(channel, transport, this.settings, opening);
		ChannelHandlerContext http = pipeline.context(HttpServerCodec.class);
		pipeline.addAfter(NettyPipeline.HttpTrafficHandler, null, new ExchangeEnd(session));
		pipeline.addAfter(http.name(), null, session);
		for (ChannelHandler handler : codec(opening, session, transport)) {
			pipeline.addAfter(http.name(), null, handler);
		}
		pipeline.addAfter(http.name(), null, transport);
		sendHead(response);
		// What it has read beyond the request goes to the session
		pipeline.remove(HttpServerCodec.class);
		return session;
	}

	/**
	 * The frame codec, last handler first.
	 */
	private ChannelHandler[] codec(SessionOpening opening, WebSocketSessionHandler session, ByteTransport transport) {
		PerMessageDeflate compression = opening.compression();
		WebSocketDecoderConfig config = decoderConfig(opening.maxMessageSize(), compression != null);
		ChannelHandler utf8 = new TextFrameValidator();
		ChannelHandler encoder = new FrameEncoder(transport);
		ChannelHandler decoder = new PausingFrameDecoder(config, session::isFull);
		return (compression != null) ? new ChannelHandler[] { utf8,
				new PerMessageDeflateHandler(compression, opening.maxMessageSize()), encoder, decoder }
				: new ChannelHandler[] { utf8, encoder, decoder };
	}

	/**
	 * Mostly all sessions share one.
	 */
	private WebSocketDecoderConfig decoderConfig(int maxMessageSize, boolean compressed) {
		int maxFrameSize = (compressed) ? MessageInflater.maxFrameSize(maxMessageSize) : maxMessageSize;
		WebSocketDecoderConfig config = this.decoderConfig;
		if (config == null || config.maxFramePayloadLength() != maxFrameSize
				|| config.allowExtensions() != compressed) {
			config = WebSocketDecoderConfig.newBuilder()
				.maxFramePayloadLength(maxFrameSize)
				.allowExtensions(compressed)
				.closeOnProtocolViolation(false)
				.build();
			this.decoderConfig = config;
		}
		return config;
	}

	private static void sendHead(HttpServerResponse response) {
		response.compression(false).chunkedTransfer(false).sendHeaders().then().subscribe(null, (ex) -> {
			// The channel is closed, which the session is told by the channel
		});
	}

	private static int streamId(Channel channel) {
		return ((Http2StreamChannel) channel).stream().id();
	}

	/**
	 * What a session gives back.
	 */
	private record SessionEnd(WebSocketSessions sessions, NettyWebSocketSession session,
			@Nullable Http2ConnectionHandler http2, SessionPermit permit) implements WebSocketSessionHandler.End {

		@Override
		public void settle() {
			this.permit.release();
			this.sessions.remove(this.session);
			if (this.http2 != null) {
				this.http2.sessionClosed();
			}
		}

		@Override
		public void tell() {
			this.sessions.emitClosed(this.session);
		}

	}

}
