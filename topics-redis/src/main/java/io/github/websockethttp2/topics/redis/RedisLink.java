package io.github.websockethttp2.topics.redis;

import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Keeps connections to Redis: opens them, asks Redis whether it is still there, and opens
 * others when they are lost. Confined to a thread, on which connecting blocks, except for
 * the methods that say otherwise.
 */
final class RedisLink {

	private static final Log logger = LogFactory.getLog(RedisLink.class);

	private static final long FIRST_DELAY = 100;

	private static final long LONGEST_DELAY = 2_000;

	private static final long CLOSE_TIMEOUT = 5_000;

	private final ScheduledExecutorService thread;

	private final RedisConnector connector;

	private final Duration pingInterval;

	private final Supplier<? extends Collection<byte[]>> channels;

	private final Events events;

	private volatile @Nullable RedisConnections connections;

	private volatile String reason = "it has not been connected yet";

	private long delay = FIRST_DELAY;

	private boolean told;

	private volatile boolean closed;

	/**
	 * Create a link.
	 * @param thread the thread
	 * @param connector opens connections
	 * @param pingInterval how often Redis is asked, which has to answer within as long
	 * @param channels returns the channels to subscribe to
	 * @param events gets what happens
	 */
	RedisLink(ScheduledExecutorService thread, RedisConnector connector, Duration pingInterval,
			Supplier<? extends Collection<byte[]>> channels, Events events) {
		this.thread = thread;
		this.connector = connector;
		this.pingInterval = pingInterval;
		this.channels = channels;
		this.events = events;
	}

	/**
	 * Starts. Called on any thread, once.
	 */
	void start() {
		execute(this::connect);
	}

	/**
	 * Runs a task on the thread, unless it has ended. Called on any thread.
	 */
	void execute(Runnable task) {
		try {
			this.thread.execute(task);
		}
		catch (RejectedExecutionException ex) {
			logger.debug("Topics are closed");
		}
	}

	/**
	 * Returns the connections, if Redis is there. Called on any thread.
	 */
	@Nullable RedisConnections connections() {
		return this.connections;
	}

	/**
	 * Returns why there are no connections, if there are none. Called on any thread.
	 */
	String reason() {
		return this.reason;
	}

	private void connect() {
		if (this.closed) {
			return;
		}
		Attempt attempt = new Attempt();
		try {
			RedisConnections connections = this.connector.connect(attempt);
			attempt.connections = connections;
			Collection<byte[]> channels = this.channels.get();
			if (channels.isEmpty()) {
				connected(attempt, null);
			}
			else {
				then(connections.subscribe(channels), (ex) -> connected(attempt, ex));
			}
		}
		catch (RuntimeException ex) {
			attempt.close();
			failed(ex);
		}
	}

	private void connected(Attempt attempt, @Nullable Throwable ex) {
		if (ex != null || attempt.lost || this.closed) {
			attempt.close();
			failed((ex != null) ? ex : new IllegalStateException("It was closed at once"));
			return;
		}
		this.connections = attempt.connections;
		this.delay = FIRST_DELAY;
		if (this.told) {
			logger.info("Topics reach other instances again");
			this.told = false;
		}
		this.events.up();
		pingLater(attempt);
	}

	private void pingLater(Attempt attempt) {
		this.thread.schedule(() -> {
			RedisConnections connections = attempt.connections;
			if (connections != null && connections == this.connections) {
				ping(attempt, connections);
			}
		}, this.pingInterval.toMillis(), TimeUnit.MILLISECONDS);
	}

	private void ping(Attempt attempt, RedisConnections connections) {
		try {
			then(connections.ping(), (ex) -> pinged(attempt, ex));
		}
		catch (RuntimeException ex) {
			pinged(attempt, ex);
		}
	}

	private void pinged(Attempt attempt, @Nullable Throwable ex) {
		if (ex != null) {
			lost(attempt, "it does not answer");
		}
		else {
			pingLater(attempt);
		}
	}

	private void lost(Attempt attempt, String reason) {
		attempt.lost = true;
		if (attempt.connections != null) {
			lost(attempt.connections, reason);
		}
	}

	/**
	 * Connections are of no use any more: opens others.
	 */
	void lost(RedisConnections connections, String reason) {
		if (connections == this.connections && !this.closed) {
			down(reason);
			connections.close();
			connectLater();
		}
	}

	private void failed(Throwable ex) {
		if (this.closed) {
			return;
		}
		Throwable cause = (ex.getCause() != null) ? ex.getCause() : ex;
		down(String.valueOf(cause.getMessage()));
		connectLater();
	}

	private void down(String reason) {
		this.connections = null;
		this.reason = reason;
		if (!this.told) {
			logger.warn("Topics do not reach other instances, since Redis is down: " + reason);
			this.told = true;
		}
		this.events.down();
	}

	private void connectLater() {
		long delay = ThreadLocalRandom.current().nextLong(this.delay / 2, this.delay);
		this.delay = Math.min(this.delay * 2, LONGEST_DELAY);
		this.thread.schedule(this::connect, delay, TimeUnit.MILLISECONDS);
	}

	private void then(CompletionStage<?> stage, Consumer<@Nullable Throwable> next) {
		stage.whenComplete((result, ex) -> execute(() -> next.accept(ex)));
	}

	/**
	 * Closes the connections. Called on any thread, and waits for one that is being
	 * opened, though not for long.
	 */
	void close() {
		if (this.closed) {
			return;
		}
		this.closed = true;
		CountDownLatch ended = new CountDownLatch(1);
		execute(() -> {
			this.connections = null;
			this.connector.close();
			ended.countDown();
		});
		try {
			if (!ended.await(CLOSE_TIMEOUT, TimeUnit.MILLISECONDS)) {
				logger.debug("A connection to Redis is still being opened");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Gets what happens to the link, on its thread.
	 */
	interface Events {

		/**
		 * Redis is there, and all channels are subscribed to that there were.
		 */
		void up();

		/**
		 * Redis is not there. Called for each attempt to connect.
		 */
		void down();

		/**
		 * A message has come, on the connection's thread.
		 */
		void message(byte[] channel, byte[] message);

	}

	/**
	 * Connections that are being opened or in use.
	 */
	private final class Attempt implements RedisConnections.Listener {

		private @Nullable RedisConnections connections;

		private boolean lost;

		@Override
		public void message(byte[] channel, byte[] message) {
			RedisLink.this.events.message(channel, message);
		}

		@Override
		public void lost(String reason) {
			execute(() -> RedisLink.this.lost(this, reason));
		}

		private void close() {
			if (this.connections != null) {
				this.connections.close();
			}
		}

	}

}
