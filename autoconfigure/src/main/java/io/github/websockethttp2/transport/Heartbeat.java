package io.github.websockethttp2.transport;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Sends a ping every interval. Aborts the connection if within the timeout after a ping
 * nothing arrives from the peer and the peer takes nothing that was written. If this side
 * itself stood still, as in a long garbage collection, bytes of the peer may still be
 * unread, so the peer gets another timeout. Confined to the event loop.
 */
public final class Heartbeat {

	/** An event loop that is later than this counts as having stood still. */
	private static final Duration TOLERANCE = Duration.ofMillis(100);

	private final EventExecutor executor;

	private final HeartbeatSettings settings;

	private final Peer peer;

	private final LongSupplier nanoTime;

	private long checkDue;

	private @Nullable Future<?> nextPing;

	private @Nullable Future<?> nextCheck;

	/**
	 * Create a heartbeat, which does nothing until it is started.
	 * @param executor the peer's event loop
	 * @param settings how often the peer is pinged
	 * @param peer the peer
	 */
	public Heartbeat(EventExecutor executor, HeartbeatSettings settings, Peer peer) {
		this(executor, settings, peer, System::nanoTime);
	}

	Heartbeat(EventExecutor executor, HeartbeatSettings settings, Peer peer, LongSupplier nanoTime) {
		this.executor = executor;
		this.settings = settings;
		this.peer = peer;
		this.nanoTime = nanoTime;
	}

	/**
	 * Sends the first ping after an interval, unless the heartbeat is disabled. Has no
	 * effect if it has been started.
	 */
	public void start() {
		if (this.nextPing == null && this.settings.isEnabled()) {
			this.nextPing = schedule(this::ping, this.settings.interval());
		}
	}

	/**
	 * Sends no more pings, and waits for no more answers.
	 */
	public void stop() {
		if (this.nextPing != null) {
			this.nextPing.cancel(false);
			this.nextPing = null;
		}
		if (this.nextCheck != null) {
			this.nextCheck.cancel(false);
			this.nextCheck = null;
		}
	}

	private void ping() {
		if (this.nextCheck == null) {
			listen();
		}
		this.nextPing = schedule(this::ping, this.settings.interval());
		this.peer.ping();
	}

	private void listen() {
		this.peer.listen();
		this.checkDue = this.nanoTime.getAsLong() + this.settings.timeout().toNanos();
		this.nextCheck = schedule(this::check, this.settings.timeout());
	}

	private void check() {
		this.nextCheck = null;
		if (this.peer.hasBeenHeard()) {
			return;
		}
		if (this.nanoTime.getAsLong() - this.checkDue > TOLERANCE.toNanos()) {
			listen();
			return;
		}
		stop();
		this.peer.abort();
	}

	private Future<?> schedule(Runnable task, Duration delay) {
		return this.executor.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
	}

	/**
	 * The peer whose life the heartbeat checks.
	 */
	public interface Peer {

		/**
		 * Sends a ping.
		 */
		void ping();

		/**
		 * Starts to listen for the peer.
		 */
		void listen();

		/**
		 * Returns whether, since {@link #listen()}, anything has arrived from the peer,
		 * or the peer has taken bytes that had to wait for it, or nothing could have
		 * arrived because nothing is being read.
		 * @return whether the peer has to be considered alive
		 */
		boolean hasBeenHeard();

		/**
		 * Aborts the connection, since the peer is considered gone.
		 */
		void abort();

	}

}
