package io.github.websockethttp2.benchmarks.client;

import java.net.URI;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;

/**
 * The sockets that a client has open.
 */
final class ClientSockets implements AutoCloseable {

	/** From the first to the last socket. */
	private static final Duration TIMEOUT = Duration.ofMinutes(10);

	private final Clients.Client client;

	private final URI url;

	private final Queue<Disposable> sockets = new ConcurrentLinkedQueue<>();

	private final AtomicInteger open = new AtomicInteger();

	private final AtomicInteger failures = new AtomicInteger();

	private final LongAdder messages = new LongAdder();

	private volatile @Nullable Throwable error;

	ClientSockets(Clients.Client client, URI url) {
		this.client = client;
		this.url = url;
	}

	/**
	 * Opens sockets on which nothing happens, and waits for all of them.
	 * @param count how many
	 * @param burst how many are under way at a time
	 */
	void open(int count, int burst) {
		open(count, burst, (session) -> session.receive().then());
	}

	/**
	 * Opens sockets on which a message is sent back as often as it comes.
	 * @param count how many
	 * @param size bytes of a message
	 * @param inFlight messages on a socket
	 */
	void echo(int count, int size, int inFlight) {
		String text = "x".repeat(size);
		open(count, count, (session) -> session.send(bounce(session, text, inFlight)));
	}

	private Flux<WebSocketMessage> bounce(WebSocketSession session, String text, int inFlight) {
		Flux<WebSocketMessage> first = Flux.range(0, inFlight).map((index) -> session.textMessage(text));
		return first.concatWith(session.receive().doOnNext((message) -> {
			this.messages.increment();
			message.retain();
		}));
	}

	/**
	 * Opens as many as there are to be, and again those that have failed.
	 */
	private void open(int count, int burst, WebSocketHandler handler) {
		Semaphore places = new Semaphore(burst);
		int begun = 0;
		while (begun < count + this.failures.get()) {
			acquire(places, 1);
			begin(handler, places);
			begun++;
			if (begun == count + this.failures.get()) {
				// Those that are under way may fail
				acquire(places, burst);
				places.release(burst);
			}
			if (this.failures.get() > count) {
				throw new IllegalStateException("Most sockets have failed", this.error);
			}
		}
		if (this.open.get() != count) {
			throw new IllegalStateException(this.open + " of " + count + " sockets are open");
		}
	}

	private void begin(WebSocketHandler handler, Semaphore places) {
		AtomicBoolean underWay = new AtomicBoolean(true);
		this.sockets.add(this.client.client().execute(this.url, (session) -> {
			this.open.incrementAndGet();
			underWay.set(false);
			places.release();
			return handler.handle(session).doFinally((end) -> this.open.decrementAndGet());
		}).subscribe(null, (error) -> {
			this.error = error;
			this.failures.incrementAndGet();
			if (underWay.getAndSet(false)) {
				places.release();
			}
		}));
	}

	private static void acquire(Semaphore underWay, int permits) {
		try {
			if (!underWay.tryAcquire(permits, TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
				throw new IllegalStateException("Sockets are still not open after " + TIMEOUT);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted", ex);
		}
	}

	/**
	 * Returns how many messages have come.
	 */
	long messages() {
		return this.messages.sum();
	}

	/**
	 * Returns how many sockets have failed, and were opened again.
	 */
	int failures() {
		return this.failures.get();
	}

	@Override
	public void close() {
		this.sockets.forEach(Disposable::dispose);
		Mono.defer(() -> (this.open.get() == 0) ? Mono.just(true) : Mono.empty())
			.repeatWhenEmpty((again) -> again.delayElements(Duration.ofMillis(50)))
			.timeout(TIMEOUT)
			.block();
		this.client.close();
	}

}
