package io.github.websockethttp2.client;

import java.util.function.Consumer;

import io.github.websockethttp2.session.WebSocketTransport.Protocol;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpClientCodec;
import reactor.core.Disposable;
import reactor.netty.Connection;
import reactor.netty.channel.AbortedException;

/**
 * Opens a socket on an HTTP/1.1 connection of its own.
 */
final class Http1Opening {

	private final HandshakeAttempt attempt;

	private final Connector connector;

	private final PendingWork work;

	private final ClientEvents events;

	/**
	 * Create an opening.
	 * @param attempt the attempt to open the socket
	 * @param connector makes connections
	 * @param work what is under way for the socket
	 * @param events hears of the connection
	 */
	Http1Opening(HandshakeAttempt attempt, Connector connector, PendingWork work, ClientEvents events) {
		this.attempt = attempt;
		this.connector = connector;
		this.work = work;
		this.events = events;
	}

	/**
	 * Makes a connection, and shakes hands on it.
	 * @param onFailure is told why there is no connection
	 */
	void connect(Consumer<Throwable> onFailure) {
		Disposable[] connecting = new Disposable[1];
		if (this.work.next(() -> {
			if (connecting[0] != null) {
				connecting[0].dispose();
			}
		})) {
			connecting[0] = this.connector.connect(this.attempt.request().endpoint(), false)
				.subscribe((connection) -> handshake(connection, onFailure), onFailure);
		}
	}

	/**
	 * Shakes hands on a connection that is there.
	 */
	void handshake(Connection connection, Consumer<Throwable> onFailure) {
		if (!this.work.next(connection::dispose)) {
			return;
		}
		Channel channel = connection.channel();
		channel.eventLoop().execute(() -> {
			if (!channel.isActive()) {
				onFailure.accept(new AbortedException("The server has closed the connection"));
				return;
			}
			Endpoint endpoint = this.attempt.request().endpoint();
			this.events.tell(endpoint, (listener, name) -> listener.connectionOpened(name, Protocol.HTTP_1_1));
			channel.closeFuture()
				.addListener((closed) -> this.events.tell(endpoint,
						(listener, name) -> listener.connectionClosed(name, Protocol.HTTP_1_1)));
			PipelineEnd.addTo(channel.pipeline());
			PipelineEnd.addBefore(channel.pipeline(), new HttpClientCodec(), new Http1Handshake(this.attempt));
			channel.config().setAutoRead(true);
		});
	}

}
