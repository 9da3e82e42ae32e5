package io.github.websockethttp2.stream;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Sends a ping every interval, and gives the peer up if nothing at all is heard from it
 * between a ping and the timeout. Confined to the event loop.
 */
final class Heartbeat {

	private final EventExecutor executor;

	private final HeartbeatSettings settings;

	private final Peer peer;

	private @Nullable Future<?> nextPing;

	private @Nullable Future<?> nextCheck;

	Heartbeat(EventExecutor executor, HeartbeatSettings settings, Peer peer) {
		this.executor = executor;
		this.settings = settings;
		this.peer = peer;
	}

	void start() {
		if (this.nextPing == null && this.settings.isEnabled()) {
			this.nextPing = schedule(this::ping, this.settings.interval());
		}
	}

	void stop() {
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
			this.peer.hasBeenHeard();
			this.nextCheck = schedule(this::check, this.settings.timeout());
		}
		this.nextPing = schedule(this::ping, this.settings.interval());
		this.peer.ping();
	}

	private void check() {
		this.nextCheck = null;
		if (!this.peer.hasBeenHeard()) {
			stop();
			this.peer.lost();
		}
	}

	private Future<?> schedule(Runnable task, Duration delay) {
		return this.executor.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
	}

	/**
	 * The other end.
	 */
	interface Peer {

		/**
		 * Sends a ping.
		 */
		void ping();

		/**
		 * Tells whether anything has come from the peer since the last call, or could not
		 * have come because nothing is being read.
		 * @return whether the peer must be taken for alive
		 */
		boolean hasBeenHeard();

		/**
		 * The peer is gone.
		 */
		void lost();

	}

}
