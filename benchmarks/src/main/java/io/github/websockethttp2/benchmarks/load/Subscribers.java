package io.github.websockethttp2.benchmarks.load;

import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;
import org.HdrHistogram.Histogram;

/**
 * Clients that wait for events over HTTP/2, in one of several ways.
 */
public final class Subscribers {

	private final Histogram delays = new Histogram(60_000_000_000L, 2);

	private final LoadClient client;

	private final Way way;

	/**
	 * Create subscribers.
	 * @param client what connects them
	 * @param way how they wait
	 */
	public Subscribers(LoadClient client, Way way) {
		this.client = client;
		this.way = way;
	}

	/**
	 * Begins.
	 * @param count how many
	 * @param connections on how many connections
	 */
	public void start(int count, int connections) {
		List<LoadConnection> opened = new ArrayList<>();
		for (int i = 0; i < connections; i++) {
			opened.add(this.client.await(this.client.connectHttp2()));
		}
		this.client.call(() -> {
			for (int i = 0; i < count; i++) {
				LoadConnection connection = opened.get(i % connections);
				subscribe(connection, -1);
				connection.flush();
			}
			return true;
		});
	}

	/**
	 * Returns what was received since the last time.
	 * @return delays in nanoseconds, one for each event
	 */
	public Histogram take() {
		return this.client.call(() -> {
			Histogram copy = this.delays.copy();
			this.delays.reset();
			return copy;
		});
	}

	private void subscribe(LoadConnection connection, long last) {
		boolean tls = this.client.target().tls();
		switch (this.way) {
			case WEB_SOCKET -> connection.open(HpackBlock.webSocket(this.client.target(), "/events"), false,
					(id) -> new EventStream(id, connection));
			case SSE -> connection.open(HpackBlock.get(tls, "/sse", "text/event-stream"), true,
					(id) -> new EventStream(id, connection));
			case LONG_POLLING -> connection.open(HpackBlock.get(tls, "/poll?after=" + last, "*/*"), true,
					(id) -> new EventStream(id, connection));
		}
	}

	/**
	 * How a client waits.
	 */
	public enum Way {

		/** A WebSocket. */
		WEB_SOCKET("WebSocket"),

		/** Server-sent events. */
		SSE("server-sent events"),

		/** A request for each event. */
		LONG_POLLING("long polling");

		private final String title;

		Way(String title) {
			this.title = title;
		}

		/**
		 * Returns what the way is called in a table.
		 * @return the title
		 */
		public String title() {
			return this.title;
		}

	}

	/**
	 * What one subscriber gets.
	 */
	private final class EventStream extends LoadStream {

		private final EventScanner scanner = new EventScanner(this::event);

		private final LoadConnection connection;

		private long last = -1;

		EventStream(int id, LoadConnection connection) {
			super(id);
			this.connection = connection;
		}

		private void event(long nanoTime, long sequence) {
			this.last = sequence;
			Subscribers.this.delays.recordValue(Math.max(0, System.nanoTime() - nanoTime));
		}

		@Override
		void headers(byte[] block, boolean end) {
			if (!HpackBlock.isOk(block)) {
				throw new LoadException("A subscription was not answered with 200");
			}
		}

		@Override
		void data(ByteBuf in, int count) {
			this.scanner.read(in, count);
		}

		@Override
		void ended(boolean reset) {
			if (Subscribers.this.way == Way.LONG_POLLING && !reset) {
				subscribe(this.connection, this.last);
			}
		}

	}

}
