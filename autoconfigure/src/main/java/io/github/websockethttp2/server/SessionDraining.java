package io.github.websockethttp2.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;

import io.github.websockethttp2.session.LiveSession;
import io.github.websockethttp2.session.WebSocketSessions;
import io.github.websockethttp2.stream.Http2Connections;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.context.SmartLifecycle;
import org.springframework.web.reactive.socket.CloseStatus;

/**
 * Tells every peer that the server goes down, before Boot stops the server. Gracefully:
 * no new handshakes, and Close 1001 to each session at a moment of its own within a
 * spread, so that clients do not all come back in the same second; it is over when the
 * last has answered. Immediately: Close 1001 to all, without waiting for answers.
 */
public final class SessionDraining implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(SessionDraining.class);

	/** Before Boot's graceful shutdown, which begins 1024 below the default phase. */
	private static final int PHASE = DEFAULT_PHASE - 512;

	/** For Close frames to reach the network: those of peers that read do at once. */
	private static final Duration WRITE_TIMEOUT = Duration.ofMillis(500);

	private static final Duration POLL_INTERVAL = Duration.ofMillis(20);

	private static final CloseStatus GOING_AWAY = CloseStatus.GOING_AWAY;

	private final WebSocketSessions sessions;

	private final Http2Connections connections;

	private final Settings settings;

	private volatile boolean running;

	/**
	 * Create the draining.
	 * @param sessions the sessions to close
	 * @param connections the HTTP/2 connections to send GOAWAY on
	 * @param settings how to go about it
	 */
	public SessionDraining(WebSocketSessions sessions, Http2Connections connections, Settings settings) {
		this.sessions = sessions;
		this.connections = connections;
		this.settings = settings;
	}

	@Override
	public void start() {
		this.running = true;
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
		Mono<Void> allEnded = until(() -> this.sessions.getBudget().getUsed() == 0);
		Duration deadline = this.settings.spread().plus(this.settings.closeTimeout()).plus(WRITE_TIMEOUT);
		Mono<Void> closing = Flux.fromIterable(snapshot())
			.flatMap((session) -> Mono.delay(randomDelay()).then(session.close(GOING_AWAY)).onErrorComplete(),
					Integer.MAX_VALUE)
			.then(Mono.never());
		// Sessions that end by themselves need no Close frame, so the first to be done
		// wins
		Mono.firstWithSignal(allEnded, closing)
			.timeout(deadline, Mono.empty())
			.subscribe(null, null, () -> done(callback));
	}

	private void closeNow(Runnable callback) {
		until(() -> this.sessions.getCount() >= this.sessions.getBudget().getUsed())
			.thenMany(Flux.defer(() -> Flux.fromIterable(snapshot())))
			.flatMap((session) -> session.close(GOING_AWAY).onErrorComplete(), Integer.MAX_VALUE)
			.then()
			.timeout(WRITE_TIMEOUT, Mono.empty())
			.subscribe(null, null, () -> done(callback));
	}

	/**
	 * Waits for something to become true. Handshakes that were accepted before the server
	 * went down are in the budget at once, and among the sessions a little later.
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

	private Duration randomDelay() {
		long spread = this.settings.spread().toNanos();
		return Duration.ofNanos((spread > 0) ? ThreadLocalRandom.current().nextLong(spread) : 0);
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

	/**
	 * How to go about it.
	 *
	 * @param graceful whether to wait for the answers of the peers
	 * @param spread the time over which Close frames are sent
	 * @param closeTimeout how long a peer has for its answer
	 */
	public record Settings(boolean graceful, Duration spread, Duration closeTimeout) {

	}

}
