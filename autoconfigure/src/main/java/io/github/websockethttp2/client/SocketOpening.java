package io.github.websockethttp2.client;

import java.util.concurrent.TimeoutException;
import java.util.function.Function;

import io.github.websockethttp2.channel.SessionOpening;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Schedulers;
import reactor.netty.Connection;
import reactor.netty.channel.AbortedException;
import reactor.util.context.Context;

import org.springframework.web.reactive.socket.WebSocketHandler;

/**
 * One socket on its way to be open: over HTTP/2 if that will do, once more on another
 * connection if the first has certainly not seen the request, and over HTTP/1.1 where the
 * server has shown that it wants that. Safe for use from any thread.
 */
final class SocketOpening implements ConnectionSeeker, HandshakeListener {

	private static final Log logger = LogFactory.getLog(SocketOpening.class);

	private static final int SERVICE_UNAVAILABLE = 503;

	private final HandshakeRequest request;

	private final ClientSettings settings;

	private final Endpoints endpoints;

	private final Fallbacks fallbacks;

	private final ClientEvents events;

	private final MonoSink<Void> result;

	private final ClientSession session;

	private final HandshakeAttempt attempt;

	private final PendingWork work = new PendingWork();

	private final Http1Opening http1;

	private final Disposable timeout;

	private volatile @Nullable EndpointConnections connections;

	private volatile @Nullable ClientConnection connection;

	private volatile Runnable waited = () -> {
	};

	private volatile boolean retried;

	private volatile boolean foundFull;

	private volatile @Nullable HandshakeAnswer firstAnswer;

	SocketOpening(HandshakeRequest request, WebSocketHandler handler, ClientSettings settings, Endpoints endpoints,
			Connector connector, Fallbacks fallbacks, ClientEvents events, MonoSink<Void> result) {
		this.request = request;
		this.settings = settings;
		this.endpoints = endpoints;
		this.fallbacks = fallbacks;
		this.events = events;
		this.result = result;
		this.session = new ClientSession(result, request.endpoint(), settings, events);
		this.attempt = new HandshakeAttempt(request, handler, settings, this.session, Context.of(result.contextView()),
				this);
		this.http1 = new Http1Opening(this.attempt, connector, this.work, events);
		this.timeout = Mono.delay(settings.handshakeTimeout(), Schedulers.parallel())
			.subscribe((tick) -> giveUp(new TimeoutException("The WebSocket to " + request.url()
					+ " was not open within " + settings.handshakeTimeout().toMillis() + "ms")));
	}

	void start() {
		this.result.onDispose(this::cancel);
		connect();
	}

	private void connect() {
		Endpoint endpoint = this.request.endpoint();
		boolean mayBeHttp2 = this.settings.http2() && (endpoint.secure() || this.settings.priorKnowledge());
		if (mayBeHttp2 && !this.fallbacks.isRemembered(endpoint)) {
			acquire();
		}
		else {
			this.http1.connect(this::failed);
		}
	}

	private void cancel() {
		this.timeout.dispose();
		if (this.work.abandon()) {
			triedElsewhere(false);
		}
		this.session.cancel();
	}

	private void giveUp(Throwable error) {
		if (this.work.abandon()) {
			this.timeout.dispose();
			triedElsewhere(false);
			this.result.error(error);
		}
	}

	// HTTP/2

	private void acquire() {
		this.waited = this.events.waiting(this.request.endpoint());
		if (!this.work.next(this::cancelAcquire)) {
			triedElsewhere(false);
			return;
		}
		EndpointConnections connections;
		do {
			connections = this.endpoints.get(this.request.endpoint());
			this.connections = connections;
		}
		while (!connections.pool().acquire(this, this.retried));
		if (this.work.isOver()) {
			cancelAcquire();
		}
	}

	private void cancelAcquire() {
		this.waited.run();
		EndpointConnections connections = this.connections;
		if (connections != null) {
			connections.pool().cancel(this);
		}
	}

	@Override
	public void assigned(ClientConnection connection) {
		this.waited.run();
		this.connection = connection;
		Http2Handshake handshake = new Http2Handshake(connection, this.attempt);
		if (this.work.next(handshake::abandon)) {
			connection.open(handshake, handshake::notSent);
		}
		else {
			release(true);
		}
	}

	@Override
	public void failed(Throwable error) {
		this.waited.run();
		HandshakeAnswer first = this.firstAnswer;
		// What the server has said of HTTP/2 says more than that HTTP/1.1 will not do
		// either
		giveUp((first != null) ? first.refused() : error);
	}

	@Override
	public void fallBack(FallbackCause cause, @Nullable Connection connection) {
		this.waited.run();
		if (!this.settings.fallback()) {
			if (connection != null) {
				connection.dispose();
			}
			giveUp(new AbortedException("No WebSocket over HTTP/2 to " + this.request.endpoint() + ": " + cause));
		}
		else if (connection != null) {
			this.http1.handshake(connection, this::failed);
		}
		else {
			this.http1.connect(this::failed);
		}
	}

	/**
	 * Gives the place on the connection back.
	 * @param fit whether it can have other sockets
	 */
	private void release(boolean fit) {
		ClientConnection connection = this.connection;
		EndpointConnections connections = this.connections;
		if (connection != null && connections != null) {
			this.connection = null;
			if (!fit) {
				connections.draining(connection);
			}
			connections.release(connection);
		}
	}

	// The answer

	@Override
	public void accepted(Channel channel, HandshakeAnswer answer, Function<SessionOpening, Boolean> start) {
		channel.closeFuture().addListener((closed) -> release(true));
		if (!this.work.complete()) {
			channel.close();
			return;
		}
		this.timeout.dispose();
		try {
			SessionOpening opening = this.attempt.opening(channel, answer);
			triedElsewhere(this.connection != null);
			if (this.firstAnswer != null) {
				this.fallbacks.remember(this.request.endpoint(), FallbackCause.STATUS);
			}
			this.session.on(channel.eventLoop());
			if (!start.apply(opening)) {
				this.result.error(AbortedException.beforeSend());
			}
		}
		catch (RuntimeException ex) {
			channel.close();
			this.result.error(ex);
		}
	}

	@Override
	public void refused(HandshakeAnswer answer) {
		ClientConnection connection = this.connection;
		boolean full = answer.status() == SERVICE_UNAVAILABLE && isFull(connection);
		release(true);
		if (full && retry("it has no room for another socket")) {
			return;
		}
		if (connection != null && this.settings.fallback()
				&& this.settings.fallbackStatuses().contains(answer.status())) {
			this.firstAnswer = answer;
			this.http1.connect(this::failed);
		}
		else {
			failed(answer.refused());
		}
	}

	@Override
	public void reset(Http2Error error) {
		release(error != Http2Error.REFUSED_STREAM || isFull(this.connection));
		if (error == Http2Error.HTTP_1_1_REQUIRED) {
			if (this.settings.fallback()) {
				this.fallbacks.remember(this.request.endpoint(), FallbackCause.HTTP_1_1_REQUIRED);
			}
			fallBack(FallbackCause.HTTP_1_1_REQUIRED, null);
		}
		else if (error != Http2Error.REFUSED_STREAM || !retry("it has refused the stream")) {
			giveUp(new Http2Exception(error, "The server has reset the handshake"));
		}
	}

	@Override
	public void lost(Throwable cause, boolean processed) {
		release(processed);
		if (processed || this.firstAnswer != null || !retry(cause.toString())) {
			failed(cause);
		}
	}

	/**
	 * Returns whether a connection is full where the server has no room for a socket: if
	 * it has others.
	 */
	private boolean isFull(@Nullable ClientConnection connection) {
		EndpointConnections connections = this.connections;
		if (connection == null || connections == null || !connection.hasSessions()) {
			return false;
		}
		this.foundFull = true;
		connections.pool().full(connection);
		return true;
	}

	private void triedElsewhere(boolean room) {
		EndpointConnections connections = this.connections;
		if (this.foundFull && connections != null) {
			connections.pool().triedElsewhere(room);
		}
	}

	private boolean retry(String why) {
		if (this.retried) {
			return false;
		}
		this.retried = true;
		this.events.tell(this.request.endpoint(), ClientListener::retriedElsewhere);
		logger.debug("Trying another connection to " + this.request.endpoint() + ": " + why);
		connect();
		return true;
	}

}
