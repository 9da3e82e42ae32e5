package io.github.websockethttp2.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import io.github.websockethttp2.server.http2.Http2Connections;
import io.github.websockethttp2.session.LiveSession;
import io.github.websockethttp2.session.SessionRegistry;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.web.reactive.socket.CloseStatus;

/**
 * Closes all sessions with status 1001 before Boot stops the server. A graceful shutdown
 * refuses new handshakes and closes each session at a random moment within the spread, so
 * that clients do not all reconnect in the same second. It ends when the last peer has
 * answered. An immediate shutdown closes all sessions at once, without waiting for
 * answers. When the context is restarted, handshakes are accepted again.
 */
public final class SessionDraining implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(SessionDraining.class);

	/** Before Boot's graceful shutdown, whose phase is 1024 below the default. */
	static final int STOP_PHASE = DEFAULT_PHASE - 512;

	/** Before the server listens, so that it refuses no handshakes. */
	private static final int START_PHASE = WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE - 1;

	/**
	 * Time for Close frames to reach the network. If the peer reads, they do so at once.
	 */
	private static final Duration WRITE_TIMEOUT = Duration.ofMillis(500);

	private static final Duration POLL_INTERVAL = Duration.ofMillis(20);

	private static final CloseStatus GOING_AWAY = CloseStatus.GOING_AWAY;

	private final SessionRegistry sessions;

	private final Http2Connections connections;

	private final Settings settings;

	private final Supplier<Duration> phaseTimeout;

	private @Nullable DrainingSchedule schedule;

	private Disposable closing = Disposables.disposed();

	private volatile boolean running;

	/**
	 * Create the draining.
	 * @param sessions the sessions to close
	 * @param connections the HTTP/2 connections to send GOAWAY on
	 * @param settings the settings of the shutdown
	 * @param phaseTimeout supplies how long the context waits; called at the start
	 */
	public SessionDraining(SessionRegistry sessions, Http2Connections connections, Settings settings,
			Supplier<Duration> phaseTimeout) {
		this.sessions = sessions;
		this.connections = connections;
		this.settings = settings;
		this.phaseTimeout = phaseTimeout;
	}

	@Override
	public void start() {
		schedule();
		this.closing.dispose();
		this.sessions.endDraining();
		this.running = true;
	}

	/**
	 * Returns the schedule. Logs a warning at the first start if there is too little
	 * time.
	 */
	private DrainingSchedule schedule() {
		DrainingSchedule schedule = this.schedule;
		if (schedule == null) {
			Duration timeout = this.phaseTimeout.get();
			schedule = DrainingSchedule.of(this.settings.spread(), this.settings.closeTimeout().plus(WRITE_TIMEOUT),
					timeout);
			this.schedule = schedule;
			if (this.settings.graceful() && schedule.spread().compareTo(this.settings.spread()) < 0) {
				logger.warn("At a shutdown, WebSocket sessions are closed over " + schedule.spread().toMillis()
						+ "ms and not over websocket.http2.shutdown.spread (" + this.settings.spread().toMillis()
						+ "ms), for which spring.lifecycle.timeout-per-shutdown-phase (" + timeout.toMillis()
						+ "ms) is too short");
			}
		}
		return schedule;
	}

	@Override
	public void stop() {
		stop(() -> {
		});
	}

	@Override
	public void stop(Runnable callback) {
		this.running = false;
		this.sessions.startDraining();
		if (this.settings.graceful()) {
			closeGracefully(callback);
		}
		else {
			closeNow(callback);
		}
	}

	private void closeGracefully(Runnable callback) {
		this.connections.goAway();
		DrainingSchedule schedule = schedule();
		Mono<Void> allEnded = until(() -> this.sessions.getBudget().getUsed() == 0);
		Mono<Void> closing = Flux.fromIterable(snapshot())
			.flatMap((session) -> Mono.delay(randomDelay(schedule.spread())).then(close(session)), Integer.MAX_VALUE)
			.then(Mono.never());
		// Sessions may also end by themselves, so whichever completes first wins
		this.closing = Mono.firstWithSignal(allEnded, closing)
			.timeout(schedule.deadline(), Mono.empty())
			.subscribe(null, null, () -> done(callback));
	}

	/**
	 * Closes the open sessions at once. Sessions that still open are closed as they open.
	 */
	private void closeNow(Runnable callback) {
		this.closing = closeAll(snapshot())
			.then(until(() -> this.sessions.getCount() >= this.sessions.getBudget().getUsed()))
			.then(Mono.defer(() -> closeAll(this.sessions.getAll())))
			.timeout(WRITE_TIMEOUT, Mono.empty())
			.subscribe(null, null, () -> done(callback));
	}

	private static Mono<Void> closeAll(Collection<LiveSession> sessions) {
		return Flux.fromIterable(sessions).flatMap(SessionDraining::close, Integer.MAX_VALUE).then();
	}

	private static Mono<Void> close(LiveSession session) {
		return session.close(GOING_AWAY).onErrorComplete();
	}

	/**
	 * Waits for a condition. Handshakes that were accepted before the shutdown count in
	 * the budget at once, and among the sessions a little later.
	 */
	private static Mono<Void> until(BooleanSupplier condition) {
		return Flux.interval(Duration.ZERO, POLL_INTERVAL).filter((tick) -> condition.getAsBoolean()).next().then();
	}

	private List<LiveSession> snapshot() {
		List<LiveSession> sessions = new ArrayList<>(this.sessions.getAll());
		if (!sessions.isEmpty()) {
			logger.info("Closing " + sessions.size() + " WebSocket sessions with status " + GOING_AWAY.getCode());
		}
		return sessions;
	}

	private void done(Runnable callback) {
		int rest = this.sessions.getCount();
		if (rest > 0 && this.settings.graceful()) {
			logger.info(rest + " WebSocket sessions have not ended in time");
		}
		callback.run();
	}

	private static Duration randomDelay(Duration spread) {
		long nanos = spread.toNanos();
		return Duration.ofNanos((nanos > 0) ? ThreadLocalRandom.current().nextLong(nanos) : 0);
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/**
	 * Returns the phase of the next start or stop. Both come before the server's.
	 */
	@Override
	public int getPhase() {
		return (this.running) ? STOP_PHASE : START_PHASE;
	}

	/**
	 * Returns {@code false}: the server runs on while its context is paused, and so do
	 * its sessions.
	 */
	@Override
	public boolean isPauseable() {
		return false;
	}

	/**
	 * The settings of the shutdown.
	 *
	 * @param graceful whether to wait for the peers' answers
	 * @param spread the time over which Close frames are sent
	 * @param closeTimeout how long a peer has to answer
	 */
	public record Settings(boolean graceful, Duration spread, Duration closeTimeout) {

	}

}
