package io.github.websockethttp2.client;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Which connection to an endpoint carries a new socket. One connect is under way at a
 * time, and everybody without a connection waits for it, so that a burst of sockets makes
 * no more connections than it fills. The fullest connection with room is taken first, so
 * that others empty and can be closed. Knows nothing of a network. Safe for use from any
 * thread; whoever waits is called without a lock held.
 *
 * @param <C> the type of connections
 * @param <W> the type of those who wait for one
 */
final class ConnectionPool<C, W extends ConnectionPool.Waiter<C>> {

	private final Runnable connect;

	private final Deque<W> waiters = new ArrayDeque<>();

	private final List<Slot<C>> slots = new ArrayList<>();

	private boolean connecting;

	/** What the peer has turned out to take on a connection, whatever it announces. */
	private int learned = Integer.MAX_VALUE;

	/**
	 * Create a pool.
	 * @param connect starts to connect; the end of it is told by
	 * {@link #opened(Object, int)} or {@link #failed(Consumer)}
	 */
	ConnectionPool(Runnable connect) {
		this.connect = connect;
	}

	/**
	 * Asks for a connection with room for a socket, which is taken then.
	 * @param waiter gets it, at once if there is one
	 */
	void acquire(W waiter) {
		List<Runnable> calls = new ArrayList<>(1);
		synchronized (this) {
			this.waiters.add(waiter);
			assign(calls);
		}
		calls.forEach(Runnable::run);
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
			this.slots.add(new Slot<>(connection, Math.min(limit, this.learned)));
		});
	}

	/**
	 * No connection is there, and those who wait have to be told.
	 * @param tell tells one of them
	 */
	void failed(Consumer<W> tell) {
		List<W> told;
		synchronized (this) {
			this.connecting = false;
			told = List.copyOf(this.waiters);
			this.waiters.clear();
		}
		told.forEach(tell);
	}

	/**
	 * The peer has changed how many sockets a connection may have.
	 */
	void limit(C connection, int limit) {
		change(() -> {
			Slot<C> slot = find(connection);
			if (slot != null) {
				slot.limit = limit;
			}
		});
	}

	/**
	 * The peer takes no more sockets than a connection had before the last, whatever it
	 * has announced.
	 */
	synchronized void full(C connection) {
		Slot<C> slot = find(connection);
		if (slot != null) {
			slot.learned = Math.max(0, slot.used - 1);
		}
	}

	/**
	 * A socket that found a connection full has found room on another, so that it was the
	 * connection and not the server that was full. Others will hardly have more room, and
	 * are not tried in vain as long as there is a connection.
	 */
	synchronized void learn() {
		this.slots.stream()
			.mapToInt((slot) -> slot.learned)
			.min()
			.ifPresent((learned) -> this.learned = Math.max(1, learned));
	}

	/**
	 * A socket is over, or never was.
	 * @return whether it was the connection's last
	 */
	boolean released(C connection) {
		boolean[] last = new boolean[1];
		change(() -> {
			Slot<C> slot = find(connection);
			if (slot != null) {
				slot.used--;
				last[0] = slot.used == 0;
			}
		});
		return last[0];
	}

	/**
	 * Gives a connection no more sockets. Those that it has go on.
	 */
	void drain(C connection) {
		change(() -> {
			Slot<C> slot = find(connection);
			if (slot != null) {
				slot.draining = true;
			}
		});
	}

	/**
	 * Gives a connection no more sockets if it has none.
	 * @return whether it has none, and may be closed
	 */
	synchronized boolean retire(C connection) {
		Slot<C> slot = find(connection);
		if (slot != null && slot.used == 0) {
			slot.draining = true;
			return true;
		}
		return false;
	}

	/**
	 * A connection is closed.
	 */
	void closed(C connection) {
		change(() -> {
			this.slots.removeIf((slot) -> slot.connection == connection);
			if (this.slots.isEmpty()) {
				this.learned = Integer.MAX_VALUE;
			}
		});
	}

	private void change(Runnable change) {
		List<Runnable> calls = new ArrayList<>(1);
		synchronized (this) {
			change.run();
			assign(calls);
		}
		calls.forEach(Runnable::run);
	}

	private void assign(List<Runnable> calls) {
		while (!this.waiters.isEmpty()) {
			Slot<C> slot = fullestWithRoom();
			if (slot == null) {
				if (!this.connecting && !isToWait()) {
					this.connecting = true;
					calls.add(this.connect);
				}
				return;
			}
			slot.used++;
			W waiter = this.waiters.remove();
			calls.add(() -> waiter.assigned(slot.connection));
		}
	}

	/**
	 * A server that allows no stream at the moment will allow some (RFC 9113, section
	 * 6.5.2), and would be asked again and again.
	 */
	private boolean isToWait() {
		return this.slots.stream().anyMatch((slot) -> !slot.draining && slot.limit == 0);
	}

	private @Nullable Slot<C> fullestWithRoom() {
		Slot<C> fullest = null;
		for (Slot<C> slot : this.slots) {
			if (slot.hasRoom() && (fullest == null || slot.used > fullest.used)) {
				fullest = slot;
			}
		}
		return fullest;
	}

	private @Nullable Slot<C> find(C connection) {
		for (Slot<C> slot : this.slots) {
			if (slot.connection == connection) {
				return slot;
			}
		}
		return null;
	}

	/**
	 * Who needs a connection.
	 *
	 * @param <C> the type of connections
	 */
	interface Waiter<C> {

		/**
		 * There is one, with a place taken for this socket.
		 */
		void assigned(C connection);

	}

	private static final class Slot<C> {

		private final C connection;

		private int limit;

		private int learned = Integer.MAX_VALUE;

		private int used;

		private boolean draining;

		Slot(C connection, int limit) {
			this.connection = connection;
			this.limit = limit;
		}

		boolean hasRoom() {
			return !this.draining && this.used < Math.min(this.limit, this.learned);
		}

	}

}
