package io.github.websockethttp2.benchmarks.load;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import org.HdrHistogram.Histogram;

/**
 * Requests on a connection, one at a time and with a pause between two, and how long they
 * take.
 */
public final class Probe {

	private final Histogram delays = new Histogram(60_000_000_000L, 2);

	private final LoadClient client;

	private final LoadConnection connection;

	private final byte[] block;

	private final Duration pause;

	private boolean running;

	Probe(LoadClient client, LoadConnection connection, String path, Duration pause) {
		this.client = client;
		this.connection = connection;
		this.block = HpackBlock.get(client.target().tls(), path, "*/*");
		this.pause = pause;
	}

	/**
	 * Begins.
	 */
	public void start() {
		this.client.call(() -> {
			this.running = true;
			this.delays.reset();
			request();
			return true;
		});
	}

	/**
	 * Ends.
	 * @return a copy of the delays in nanoseconds
	 */
	public Histogram stop() {
		return this.client.call(() -> {
			this.running = false;
			return this.delays.copy();
		});
	}

	private void request() {
		if (!this.running) {
			return;
		}
		long begin = System.nanoTime();
		this.connection.open(this.block, true, (id) -> new RequestStream(id, () -> {
			this.delays.recordValue(System.nanoTime() - begin);
			this.client.schedule(this::request, this.pause.toNanos(), TimeUnit.NANOSECONDS);
		}));
		this.connection.flush();
	}

}
