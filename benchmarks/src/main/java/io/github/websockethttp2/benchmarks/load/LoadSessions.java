package io.github.websockethttp2.benchmarks.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Sessions that are opened together, spread over connections.
 */
public final class LoadSessions {

	/** How many connections are being opened at a time. */
	private static final int OPENING_CONNECTIONS = 64;

	/** How many sessions are being opened at a time, more or less. */
	private static final int OPENING_SESSIONS = 10_000;

	private final LoadClient client;

	private final LoadListener listener;

	private final List<LoadSession> open = new ArrayList<>();

	private final List<LoadConnection> connections = new ArrayList<>();

	private final CompletableFuture<LoadSessions> allOpen = new CompletableFuture<>();

	private final CompletableFuture<LoadSessions> allClosed = new CompletableFuture<>();

	private final String path;

	private final int count;

	private final int groups;

	private int begun;

	private int closed;

	private LoadSessions(LoadClient client, String path, int count, int groups, LoadListener listener) {
		this.client = client;
		this.path = path;
		this.count = count;
		this.groups = groups;
		this.listener = listener;
	}

	/**
	 * Opens sessions and waits for all of them.
	 * @param client the client
	 * @param path the path
	 * @param count how many
	 * @param connections over how many connections, where one can have more than one
	 * @param listener is told of every session
	 * @return the open sessions
	 */
	public static LoadSessions open(LoadClient client, String path, int count, int connections, LoadListener listener) {
		int groups = client.target().http2() ? Math.min(connections, count) : count;
		LoadSessions sessions = new LoadSessions(client, path, count, groups, listener);
		client.call(() -> {
			int sessionsPerGroup = count / groups;
			for (int i = 0; i < Math.min(OPENING_CONNECTIONS, Math.max(1, OPENING_SESSIONS / sessionsPerGroup)); i++) {
				sessions.openNext();
			}
			return true;
		});
		return client.await(sessions.allOpen);
	}

	/**
	 * Runs on the event loop and waits.
	 * @param task the task
	 * @param <T> what it returns
	 * @return the result
	 */
	public <T> T call(Callable<T> task) {
		this.client.check();
		return this.client.call(task);
	}

	/**
	 * Begins something with every session, on the event loop, and waits for it.
	 * @param action the action
	 */
	public void forEach(Consumer<LoadSession> action) {
		this.client.call(() -> {
			for (LoadSession session : this.open) {
				action.accept(session);
				session.flush();
			}
			return true;
		});
	}

	/**
	 * Ends all sessions with a closing handshake and waits for the server's.
	 */
	public void close() {
		forEach(LoadSession::close);
		this.client.await(this.allClosed);
	}

	/**
	 * Prepares requests on the first of the sessions' HTTP/2 connections.
	 * @param path the path
	 * @param pause the time between two
	 * @return the requests
	 */
	public Probe probe(String path, Duration pause) {
		return new Probe(this.client, this.connections.get(0), path, pause);
	}

	/**
	 * Returns how many sessions there are.
	 * @return the number of sessions
	 */
	public int count() {
		return this.count;
	}

	/** Opens the next connection and what belongs on it. */
	private void openNext() {
		if (this.begun == this.groups) {
			return;
		}
		int group = this.begun++;
		int size = this.count / this.groups + ((group < this.count % this.groups) ? 1 : 0);
		Group opening = new Group(size);
		if (this.client.target().http2()) {
			this.client.connectHttp2().thenAccept((connection) -> openHttp2(connection, opening));
		}
		else {
			this.client.connectHttp1(this.path, new Watch(opening));
		}
	}

	private void openHttp2(LoadConnection connection, Group group) {
		this.connections.add(connection);
		if (!connection.isConnectProtocol()) {
			this.client.failed(new LoadException("The server does not offer WebSockets over HTTP/2"));
			return;
		}
		byte[] block = HpackBlock.webSocket(this.client.target(), this.path);
		int streams = group.left;
		for (int i = 0; i < streams; i++) {
			connection.open(block, false, (id) -> new SessionStream(id, connection, new Watch(group)));
		}
		connection.flush();
	}

	/**
	 * Sessions of a connection that are not open yet.
	 */
	private static final class Group {

		private int left;

		Group(int size) {
			this.left = size;
		}

	}

	/**
	 * Counts what opens and closes.
	 */
	private final class Watch implements LoadListener {

		private final Group group;

		Watch(Group group) {
			this.group = group;
		}

		@Override
		public void opened(LoadSession session) {
			LoadSessions.this.open.add(session);
			LoadSessions.this.listener.opened(session);
			if (LoadSessions.this.open.size() == LoadSessions.this.count) {
				LoadSessions.this.allOpen.complete(LoadSessions.this);
			}
			else if (--this.group.left == 0) {
				openNext();
			}
		}

		@Override
		public void message(LoadSession session, boolean text, long length) {
			LoadSessions.this.listener.message(session, text, length);
		}

		@Override
		public void closed(LoadSession session, int status) {
			LoadSessions.this.listener.closed(session, status);
			if (++LoadSessions.this.closed == LoadSessions.this.count) {
				LoadSessions.this.allClosed.complete(LoadSessions.this);
			}
		}

	}

}
