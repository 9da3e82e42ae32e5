package io.github.websockethttp2.client;

import java.util.concurrent.TimeoutException;
import java.util.function.Function;

import io.github.websockethttp2.channel.SessionOpening;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpClientCodec;
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

	private final EndpointConnections connections;

	private final Connector connector;

	private final Fallbacks fallbacks;

	private final MonoSink<Void> result;

	private final ClientSession session;

	private final HandshakeAttempt attempt;

	private final PendingWork work = new PendingWork();

	private final Disposable timeout;

	private volatile @Nullable ClientConnection connection;

	private volatile boolean retried;

	private volatile boolean foundFull;

	private volatile @Nullable HandshakeAnswer firstAnswer;

	SocketOpening(HandshakeRequest request, WebSocketHandler handler, ClientSettings settings,
			EndpointConnections connections, Connector connector, Fallbacks fallbacks, MonoSink<Void> result) {
		this.request = request;
		this.settings = settings;
		this.connections = connections;
		this.connector = connector;
		this.fallbacks = fallbacks;
		this.result = result;
		this.session = new ClientSession(result, settings);
		this.attempt = new HandshakeAttempt(request, handler, settings, this.session, Context.of(result.contextView()),
				this);
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
			connectHttp1();
		}
	}

	private void cancel() {
		this.timeout.dispose();
		this.work.abandon();
		this.session.cancel();
	}

	private void giveUp(Throwable error) {
		if (this.work.abandon()) {
			this.timeout.dispose();
			this.result.error(error);
		}
	}

	// HTTP/2

	private void acquire() {
		if (this.work.next(() -> this.connections.pool().cancel(this))) {
			this.connections.pool().acquire(this);
		}
	}

	@Override
	public void assigned(ClientConnection connection) {
		this.connection = connection;
		Http2Handshake handshake = new Http2Handshake(connection, this.attempt);
		if (this.work.next(handshake::abandon)) {
			connection.open(handshake, handshake::notSent);
		}
		else {
			release();
		}
	}

	@Override
	public void failed(Throwable error) {
		HandshakeAnswer first = this.firstAnswer;
		giveUp((first != null) ? first.refused() : error);
	}

	@Override
	public void fallBack(FallbackCause cause, @Nullable Connection connection) {
		if (!this.settings.fallback()) {
			if (connection != null) {
				connection.dispose();
			}
			giveUp(new AbortedException("No WebSocket over HTTP/2 to " + this.request.endpoint() + ": " + cause));
		}
		else if (connection != null) {
			handshakeHttp1(connection);
		}
		else {
			connectHttp1();
		}
	}

	/**
	 * Gives the place on the connection back.
	 */
	private void release() {
		ClientConnection connection = this.connection;
		if (connection != null) {
			this.connection = null;
			this.connections.release(connection);
		}
	}

	// HTTP/1.1

	private void connectHttp1() {
		Disposable[] connecting = new Disposable[1];
		if (this.work.next(() -> {
			if (connecting[0] != null) {
				connecting[0].dispose();
			}
		})) {
			connecting[0] = this.connector.connect(this.request.endpoint(), false)
				.subscribe(this::handshakeHttp1, this::failed);
		}
	}

	private void handshakeHttp1(Connection connection) {
		if (!this.work.next(connection::dispose)) {
			return;
		}
		Channel channel = connection.channel();
		channel.eventLoop().execute(() -> {
			if (!channel.isActive()) {
				failed(new AbortedException("The server has closed the connection"));
				return;
			}
			PipelineEnd.addTo(channel.pipeline());
			PipelineEnd.addBefore(channel.pipeline(), new HttpClientCodec(), new Http1Handshake(this.attempt));
			channel.config().setAutoRead(true);
		});
	}

	// The answer

	@Override
	public void accepted(Channel channel, HandshakeAnswer answer, Function<SessionOpening, Boolean> start) {
		channel.closeFuture().addListener((closed) -> release());
		if (!this.work.complete()) {
			channel.close();
			return;
		}
		this.timeout.dispose();
		try {
			SessionOpening opening = this.attempt.opening(channel, answer);
			if (this.foundFull) {
				this.connections.pool().learn();
			}
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
		release();
		HandshakeAnswer first = this.firstAnswer;
		if (full && retry("it has no room for another socket")) {
			return;
		}
		if (connection != null && this.settings.fallback()
				&& this.settings.fallbackStatuses().contains(answer.status())) {
			this.firstAnswer = answer;
			connectHttp1();
		}
		else {
			giveUp(((first != null) ? first : answer).refused());
		}
	}

	@Override
	public void reset(Http2Error error) {
		ClientConnection connection = this.connection;
		if (error == Http2Error.REFUSED_STREAM && isFull(connection)) {
			logger.debug("No more sockets on a connection to " + this.request.endpoint());
		}
		release();
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
		release();
		HandshakeAnswer first = this.firstAnswer;
		if (first != null) {
			giveUp(first.refused());
		}
		else if (processed || !retry(cause.toString())) {
			giveUp(cause);
		}
	}

	/**
	 * Returns whether a connection is full where the server has no room for a socket: if
	 * it has others.
	 */
	private boolean isFull(@Nullable ClientConnection connection) {
		if (connection == null || !connection.hasSessions()) {
			return false;
		}
		this.foundFull = true;
		this.connections.pool().full(connection);
		return true;
	}

	private boolean retry(String why) {
		if (this.retried) {
			return false;
		}
		this.retried = true;
		logger.debug("Trying another connection to " + this.request.endpoint() + ": " + why);
		connect();
		return true;
	}

}
