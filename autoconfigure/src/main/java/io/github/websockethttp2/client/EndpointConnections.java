package io.github.websockethttp2.client;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import io.github.websockethttp2.session.WebSocketTransport.Protocol;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import org.jspecify.annotations.Nullable;
import reactor.netty.Connection;
import reactor.netty.channel.AbortedException;

/**
 * The HTTP/2 connections to one endpoint. Safe for use from any thread.
 */
final class EndpointConnections implements ClientConnectionListener<ClientConnection> {

	/** In a row, for all streams together. Netty allows two, which would end them all. */
	private static final int MAX_EMPTY_DATA_FRAMES = 256;

	private final Endpoint endpoint;

	private final Connector connector;

	private final ClientSettings settings;

	private final Fallbacks fallbacks;

	private final ClientEvents events;

	private final Consumer<EndpointConnections> onForgotten;

	private final ConnectionPool<ClientConnection, ConnectionSeeker> pool;

	EndpointConnections(Endpoint endpoint, Connector connector, ClientSettings settings, Fallbacks fallbacks,
			ClientEvents events, Consumer<EndpointConnections> onForgotten) {
		this.endpoint = endpoint;
		this.connector = connector;
		this.settings = settings;
		this.fallbacks = fallbacks;
		this.events = events;
		this.onForgotten = onForgotten;
		this.pool = new ConnectionPool<>(this::connect, settings.minConnections(),
				new LearnedLimit(settings.fallbackRemember(), System::nanoTime));
	}

	ConnectionPool<ClientConnection, ConnectionSeeker> pool() {
		return this.pool;
	}

	private void connect() {
		this.connector.connect(this.endpoint, true).subscribe(this::connected, this::failed);
	}

	private void connected(Connection connection) {
		connection.channel().eventLoop().execute(() -> {
			try {
				use(connection);
			}
			catch (RuntimeException ex) {
				// It may be closed already, and its pipeline empty
				connection.dispose();
				failed(ex);
			}
		});
	}

	private void use(Connection connection) {
		Channel channel = connection.channel();
		if (!channel.isActive()) {
			failed(new AbortedException("The server has closed the connection"));
		}
		else if (this.endpoint.secure() && !isHttp2(channel)) {
			fallBack(FallbackCause.ALPN, connection);
		}
		else {
			speakHttp2(channel);
		}
	}

	private static boolean isHttp2(Channel channel) {
		SslHandler tls = channel.pipeline().get(SslHandler.class);
		return tls != null && ApplicationProtocolNames.HTTP_2.equals(tls.applicationProtocol());
	}

	private void speakHttp2(Channel channel) {
		Http2Settings initial = Http2Settings.defaultSettings()
			.pushEnabled(false)
			.initialWindowSize(ClientSettings.STREAM_WINDOW_SIZE);
		Http2FrameCodec codec = Http2FrameCodecBuilder.forClient()
			.initialSettings(initial)
			.decoderEnforceMaxConsecutiveEmptyDataFrames(MAX_EMPTY_DATA_FRAMES)
			.build();
		PipelineEnd.addTo(channel.pipeline());
		PipelineEnd.addBefore(channel.pipeline(), codec, new ClientConnection(channel, codec, this.settings, this),
				new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()));
		channel.config().setAutoRead(true);
	}

	/**
	 * A socket is over, or never was.
	 */
	void release(ClientConnection connection) {
		if (this.pool.released(connection)) {
			if (this.pool.isDraining(connection)) {
				connection.close();
			}
			else {
				retireLater(connection);
			}
		}
	}

	private void retireLater(ClientConnection connection) {
		connection.retireLater(() -> {
			if (this.pool.retire(connection)) {
				connection.close();
			}
		});
	}

	@Override
	public void ready(ClientConnection connection, int limit) {
		this.events.tell(this.endpoint, (listener, name) -> listener.connectionOpened(name, Protocol.HTTP_2));
		this.pool.opened(connection, limit);
		// Whoever has waited for it may have given up
		retireLater(connection);
	}

	@Override
	public void unfit(FallbackCause cause) {
		fallBack(cause, null);
	}

	private void fallBack(FallbackCause cause, @Nullable Connection connection) {
		if (this.settings.fallback()) {
			this.fallbacks.remember(this.endpoint, cause);
		}
		// The first goes on with the very connection
		AtomicReference<@Nullable Connection> spare = new AtomicReference<>(connection);
		this.pool.failed((socket) -> socket.fallBack(cause, spare.getAndSet(null)));
		Connection unused = spare.get();
		if (unused != null) {
			unused.dispose();
		}
		forgetIfUnused();
	}

	@Override
	public void failed(Throwable cause) {
		this.pool.failed((socket) -> socket.failed(cause));
		forgetIfUnused();
	}

	@Override
	public void limit(ClientConnection connection, int limit) {
		this.pool.limit(connection, limit);
	}

	@Override
	public void draining(ClientConnection connection) {
		if (this.pool.drain(connection)) {
			connection.close();
		}
	}

	@Override
	public void closed(ClientConnection connection) {
		if (this.pool.closed(connection)) {
			this.events.tell(this.endpoint, (listener, name) -> listener.connectionClosed(name, Protocol.HTTP_2));
		}
		forgetIfUnused();
	}

	private void forgetIfUnused() {
		if (this.pool.forget()) {
			this.onForgotten.accept(this);
		}
	}

}
