package io.github.websockethttp2.client;

import java.util.concurrent.TimeUnit;

import io.github.websockethttp2.channel.SessionLife;
import io.github.websockethttp2.channel.SlowSessions;
import io.github.websockethttp2.session.LiveSession;
import io.github.websockethttp2.session.SessionTraffic;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.MonoSink;

import org.springframework.web.reactive.socket.CloseStatus;

/**
 * A socket that is open, for whoever has executed its handler: completes when the session
 * has ended and its handler too, with the handler's error if it has one. A handler that
 * goes on for longer than the close timeout is not waited for. Confined to the event
 * loop, but for {@link #cancel()}.
 */
final class ClientSession implements SessionLife {

	private static final Log logger = LogFactory.getLog(ClientSession.class);

	private final MonoSink<Void> result;

	private final Endpoint endpoint;

	private final ClientSettings settings;

	private final ClientEvents events;

	private volatile @Nullable LiveSession session;

	private volatile boolean cancelled;

	private @Nullable EventExecutor executor;

	private boolean handled;

	private boolean ended;

	private boolean finished;

	private @Nullable Throwable error;

	ClientSession(MonoSink<Void> result, Endpoint endpoint, ClientSettings settings, ClientEvents events) {
		this.result = result;
		this.endpoint = endpoint;
		this.settings = settings;
		this.events = events;
	}

	void on(EventExecutor executor) {
		this.executor = executor;
	}

	@Override
	public void opened(LiveSession session) {
		this.session = session;
		this.events.tell(this.endpoint,
				(listener, name) -> listener.socketOpened(name, session.getTransport().protocol()));
	}

	@Override
	public void started(LiveSession session) {
		if (this.cancelled) {
			cancel();
		}
	}

	@Override
	public @Nullable SessionTraffic traffic(LiveSession session, EventLoop eventLoop) {
		// Messages of clients are not counted
		return null;
	}

	@Override
	public @Nullable SlowSessions slowSessions() {
		// A client knows by itself which server it has
		return null;
	}

	@Override
	public void slow(LiveSession session, boolean slow) {
		// Is never found out
	}

	@Override
	public void ended(LiveSession session) {
		// The connection has what there is to give back
	}

	@Override
	public void tell(LiveSession session) {
		this.ended = true;
		this.events.tell(this.endpoint,
				(listener, name) -> listener.socketEnded(name, session.getTransport().protocol()));
		if (this.handled || this.executor == null) {
			finish();
		}
		else {
			// A handler may never end by itself
			this.executor.schedule(this::finish, this.settings.closeTimeout().toNanos(), TimeUnit.NANOSECONDS);
		}
	}

	@Override
	public void handlerCompleted() {
		handled(null);
	}

	@Override
	public void handlerThrew(Throwable thrown) {
		handled(thrown);
	}

	@Override
	public void handlerFailed(Throwable error, boolean open) {
		handled(error);
	}

	private void handled(@Nullable Throwable error) {
		this.handled = true;
		this.error = error;
		if (this.ended) {
			finish();
		}
	}

	private void finish() {
		if (this.finished || this.cancelled) {
			logger.debug("The handler of a WebSocket ended when nobody waited for it: " + this.error);
			return;
		}
		this.finished = true;
		if (this.error != null) {
			this.result.error(this.error);
		}
		else {
			this.result.success();
		}
	}

	/**
	 * Nobody is interested in the handler any more, from any thread.
	 */
	void cancel() {
		this.cancelled = true;
		LiveSession session = this.session;
		if (session != null) {
			session.close(CloseStatus.GOING_AWAY).onErrorComplete().subscribe();
		}
	}

}
