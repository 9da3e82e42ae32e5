package io.github.websockethttp2.transport;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Sends a ping every interval, and gives the peer up if nothing at all is heard from it
 * between a ping and the timeout, and it does not take what is written either. When this
 * side stood still in the meantime, as in a long garbage collection, what the peer has
 * sent may still be unread, and it gets another timeout. Confined to the event loop.
 */
public final class Heartbeat {

	/** An event loop that is later than this has stood still. */
	private static final Duration TOLERANCE = Duration.ofMillis(100);

	private final EventExecutor executor;

	private final HeartbeatSettings settings;

	private final Peer peer;

	private final LongSupplier nanoTime;

	private long checkDue;

	private @Nullable Future<?> nextPing;

	private @Nullable Future<?> nextCheck;

	/**
	 * Create a heartbeat, which stands still until it is started.
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
	 * Sends the first ping after an interval, unless the settings say that there are
	 * none. Starting it twice has no effect.
	 */
	public void start() {
		if (this.nextPing == null && this.settings.isEnabled()) {
			this.nextPing = schedule(this::ping, this.settings.interval());
		}
	}

	/**
	 * Sends no more pings, and waits for no answer.
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
		this.peer.lost();
	}

	private Future<?> schedule(Runnable task, Duration delay) {
		return this.executor.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
	}

	/**
	 * The other end.
	 */
	public interface Peer {

		/**
		 * Sends a ping.
		 */
		void ping();

		/**
		 * Listens for the peer from now on.
		 */
		void listen();

		/**
		 * Returns whether, since {@link #listen()}, anything has come from the peer, or
		 * what had to wait for it has moved on, or nothing could have come because
		 * nothing is being read.
		 * @return whether the peer must be taken for alive
		 */
		boolean hasBeenHeard();

		/**
		 * The peer is gone.
		 */
		void lost();

	}

}
