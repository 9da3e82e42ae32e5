package io.github.websockethttp2.client;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Which connection to an endpoint carries a new socket. One connect is under way at a
 * time, and everybody without a connection waits for it, so that a burst of sockets makes
 * no more connections than it fills. Sockets are spread over as many connections as there
 * shall be at least. Of more than these, the fullest with room is taken first, so that
 * others empty and can be closed. Knows nothing of a network. Safe for use from any
 * thread; whoever waits is called without a lock held.
 *
 * @param <C> the type of connections
 * @param <W> the type of those who wait for one
 */
final class ConnectionPool<C, W extends ConnectionWaiter<C>> {

	private final Runnable connect;

	private final int minConnections;

	private final Deque<W> waiters = new ArrayDeque<>();

	private final List<PooledConnection<C>> connections = new ArrayList<>();

	private boolean connecting;

	/** Over how many connections sockets are spread: fewer, if the peer takes no more. */
	private int spread;

	private boolean forgotten;

	private final LearnedLimit learned;

	/**
	 * Create a pool.
	 * @param connect starts to connect; the end of it is told by
	 * {@link #opened(Object, int)} or {@link #failed(Consumer)}
	 * @param minConnections over how many connections sockets are spread
	 * @param learned how many sockets a connection takes, as far as is known
	 */
	ConnectionPool(Runnable connect, int minConnections, LearnedLimit learned) {
		this.connect = connect;
		this.minConnections = minConnections;
		this.spread = minConnections;
		this.learned = learned;
	}

	/**
	 * Asks for a connection with room for a socket, which is taken then.
	 * @param waiter gets it, at once if there is one
	 * @param again whether it is tried again, and goes before those that wait
	 * @return {@code false} if this pool has been forgotten, and another is to be asked
	 */
	boolean acquire(W waiter, boolean again) {
		List<Runnable> calls = new ArrayList<>(1);
		synchronized (this) {
			if (this.forgotten) {
				return false;
			}
			if (again) {
				this.waiters.addFirst(waiter);
			}
			else {
				this.waiters.addLast(waiter);
			}
			assign(calls);
		}
		calls.forEach(Runnable::run);
		return true;
	}

	/**
	 * Waits no longer.
	 * @param waiter who has been waiting
	 */
	synchronized void cancel(W waiter) {
		this.waiters.remove(waiter);
	}

	/**
	 * A connection is there.
	 * @param connection the connection
	 * @param limit how many sockets it may have
	 */
	void opened(C connection, int limit) {
		change(() -> {
			this.connecting = false;
			this.spread = this.minConnections;
			return this.connections.add(new PooledConnection<>(connection, limit));
		});
	}

	/**
	 * No connection is there, and those who wait have to be told, unless there is room on
	 * those that are.
	 * @param tell tells one of them
	 */
	void failed(Consumer<W> tell) {
		List<W> told;
		List<Runnable> calls = new ArrayList<>(1);
		synchronized (this) {
			this.connecting = false;
			this.spread = (int) usable().count();
			fill(calls, (pooled) -> true);
			told = List.copyOf(this.waiters);
			this.waiters.clear();
		}
		calls.forEach(Runnable::run);
		told.forEach(tell);
	}

	/**
	 * The peer has changed how many sockets a connection may have.
	 */
	void limit(C connection, int limit) {
		change(() -> {
			PooledConnection<C> pooled = find(connection);
			if (pooled != null) {
				pooled.limit = limit;
			}
			return pooled != null;
		});
	}

	/**
	 * The peer takes no more sockets than a connection had before the last, whatever it
	 * has announced. Others will hardly have more room.
	 */
	synchronized void full(C connection) {
		PooledConnection<C> pooled = find(connection);
		if (pooled != null) {
			pooled.learned = Math.max(0, pooled.used - 1);
			this.learned.suspect(pooled.learned);
		}
	}

	/**
	 * A socket that found a connection full has been tried on another.
	 * @param room whether it has found room there, so that it was the connection and not
	 * the server that was full
	 */
	void triedElsewhere(boolean room) {
		change(() -> {
			if (room) {
				this.learned.confirm();
			}
			else {
				this.learned.refute();
			}
			return room;
		});
	}

	/**
	 * A socket is over, or never was.
	 * @return whether it was the connection's last
	 */
	boolean released(C connection) {
		return change(() -> {
			PooledConnection<C> pooled = find(connection);
			return pooled != null && --pooled.used == 0;
		});
	}

	/**
	 * Gives a connection no more sockets. Those that it has go on.
	 * @return whether it has none, and may be closed
	 */
	boolean drain(C connection) {
		return change(() -> {
			PooledConnection<C> pooled = find(connection);
			if (pooled != null) {
				pooled.draining = true;
				this.spread = this.minConnections;
			}
			return pooled != null && pooled.used == 0;
		});
	}

	/**
	 * Returns whether a connection gets no more sockets.
	 */
	synchronized boolean isDraining(C connection) {
		PooledConnection<C> pooled = find(connection);
		return pooled != null && pooled.draining;
	}

	/**
	 * Gives a connection no more sockets if it has none.
	 * @return whether it has none, and may be closed
	 */
	synchronized boolean retire(C connection) {
		PooledConnection<C> pooled = find(connection);
		if (pooled != null && pooled.used == 0) {
			pooled.draining = true;
			return true;
		}
		return false;
	}

	/**
	 * A connection is closed.
	 * @return whether it was one of the pool's
	 */
	boolean closed(C connection) {
		return change(() -> {
			boolean known = this.connections.removeIf((pooled) -> pooled.connection == connection);
			this.spread = this.minConnections;
			if (this.connections.isEmpty()) {
				this.learned.forget();
			}
			return known;
		});
	}

	/**
	 * Lets the pool be forgotten, if it has no connection and nobody waits for one.
	 * @return whether it is, and takes nobody any more
	 */
	synchronized boolean forget() {
		this.forgotten = this.forgotten || (!this.connecting && this.connections.isEmpty() && this.waiters.isEmpty());
		return this.forgotten;
	}

	synchronized boolean isForgotten() {
		return this.forgotten;
	}

	private boolean change(BooleanSupplier change) {
		List<Runnable> calls = new ArrayList<>(1);
		boolean result;
		synchronized (this) {
			result = change.getAsBoolean();
			assign(calls);
		}
		calls.forEach(Runnable::run);
		return result;
	}

	private void assign(List<Runnable> calls) {
		if (this.learned.isOver()) {
			this.learned.forget();
			this.connections.forEach((pooled) -> pooled.learned = Integer.MAX_VALUE);
		}
		boolean spread = isToWait() || usable().count() >= this.spread;
		fill(calls, (pooled) -> spread || pooled.used == 0);
		if (!this.waiters.isEmpty() && !this.connecting && !isToWait()) {
			this.connecting = true;
			calls.add(this.connect);
		}
	}

	/**
	 * Gives those who wait what room there is.
	 */
	private void fill(List<Runnable> calls, Predicate<PooledConnection<C>> allowed) {
		Comparator<PooledConnection<C>> byUse = Comparator.comparingInt((pooled) -> pooled.used);
		Comparator<PooledConnection<C>> order = (usable().count() > this.minConnections) ? byUse.reversed() : byUse;
		while (!this.waiters.isEmpty()) {
			PooledConnection<C> pooled = usable().filter((candidate) -> candidate.hasRoom(this.learned.get()))
				.filter(allowed)
				.min(order)
				.orElse(null);
			if (pooled == null) {
				return;
			}
			pooled.used++;
			W waiter = this.waiters.remove();
			calls.add(() -> waiter.assigned(pooled.connection));
		}
	}

	/**
	 * A server that allows no stream at the moment will allow some (RFC 9113, section
	 * 6.5.2), and would be asked again and again.
	 */
	private boolean isToWait() {
		return usable().findAny().isPresent() && usable().allMatch((pooled) -> pooled.limit == 0);
	}

	private Stream<PooledConnection<C>> usable() {
		return this.connections.stream().filter((pooled) -> !pooled.draining);
	}

	private @Nullable PooledConnection<C> find(C connection) {
		return this.connections.stream().filter((pooled) -> pooled.connection == connection).findFirst().orElse(null);
	}

}
