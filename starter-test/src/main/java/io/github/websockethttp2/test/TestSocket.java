package io.github.websockethttp2.test;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;

/**
 * A socket between a session, which runs on its event loop, and a test, which waits. It
 * reads a few messages ahead of the test, so that one that does not read holds up the
 * server as any client would. Methods may be called from any thread.
 */
final class TestSocket implements WebSocketHandler {

	private static final int AHEAD = 32;

	private final List<String> subProtocols;

	private final Duration timeout;

	private final CompletableFuture<WebSocketSession> opened = new CompletableFuture<>();

	private final BlockingQueue<Incoming> incoming = new LinkedBlockingQueue<>();

	private final Sinks.Many<Function<WebSocketSession, WebSocketMessage>> outgoing = Sinks.many()
		.unicast()
		.onBackpressureBuffer();

	private final Sinks.Empty<Void> received = Sinks.empty();

	private final CountDownLatch ended = new CountDownLatch(1);

	private final Receiver receiver = new Receiver();

	private volatile @Nullable CloseStatus closing;

	private volatile Incoming.@Nullable End end;

	private volatile @Nullable Disposable execution;

	TestSocket(List<String> subProtocols, Duration timeout) {
		this.subProtocols = subProtocols;
		this.timeout = timeout;
	}

	@Override
	public List<String> getSubProtocols() {
		return this.subProtocols;
	}

	/**
	 * Begins the handshake.
	 * @param execution the execution of this handler
	 */
	void start(Mono<Void> execution) {
		this.execution = execution.subscribe(null, this::failed,
				() -> failed(new IllegalStateException("The socket has not been opened")));
	}

	private void failed(Throwable error) {
		this.opened.completeExceptionally(error);
		this.ended.countDown();
	}

	@Override
	public Mono<Void> handle(WebSocketSession session) {
		session.receive().subscribe(this.receiver);
		this.opened.complete(session);
		Mono<Void> sent = session.send(this.outgoing.asFlux().map((message) -> message.apply(session)))
			.then(Mono.defer(() -> close(session)))
			.onErrorComplete();
		return sent.and(this.received.asMono());
	}

	private Mono<Void> close(WebSocketSession session) {
		CloseStatus status = this.closing;
		return (status != null) ? session.close(status) : Mono.empty();
	}

	/**
	 * Waits until the socket is open.
	 * @return the session
	 * @throws ExecutionException if it cannot be opened
	 * @throws TimeoutException if it is not open in time
	 */
	WebSocketSession awaitOpen() throws ExecutionException, TimeoutException, InterruptedException {
		return this.opened.get(this.timeout.toNanos(), TimeUnit.NANOSECONDS);
	}

	void send(Function<WebSocketSession, WebSocketMessage> message) {
		synchronized (this.outgoing) {
			// Lost if the session has ended, as on the network
			this.outgoing.tryEmitNext(message);
		}
	}

	/**
	 * Closes the session when all that was sent before is on its way.
	 */
	void close(CloseStatus status) {
		this.closing = status;
		readOn();
		synchronized (this.outgoing) {
			this.outgoing.tryEmitComplete();
		}
	}

	/**
	 * Reads all that comes from now on, since the test is interested in the end.
	 */
	void readOn() {
		this.receiver.requestUnbounded();
	}

	/**
	 * Waits for what comes next.
	 * @param nanos how long to wait
	 * @return what has come, the end again and again, or {@code null} if nothing has
	 */
	@Nullable Incoming next(long nanos) throws InterruptedException {
		Incoming next = this.incoming.poll();
		if (next == null && this.end == null) {
			next = this.incoming.poll(nanos, TimeUnit.NANOSECONDS);
		}
		if (next instanceof Incoming.Message) {
			this.receiver.request(1);
			return next;
		}
		return (next != null) ? next : this.end;
	}

	/**
	 * Ends the socket, whatever its state: the server sees 1001.
	 */
	void dispose() {
		readOn();
		Disposable execution = this.execution;
		if (execution != null) {
			execution.dispose();
		}
		if (!this.opened.isDone()) {
			failed(new IllegalStateException("The test is over"));
		}
	}

	/**
	 * Waits for the end, but not for a server that does not answer.
	 */
	void awaitEnd() {
		try {
			this.ended.await(this.timeout.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Takes messages from the session, as many as the test has use for.
	 */
	private final class Receiver extends BaseSubscriber<WebSocketMessage> {

		@Override
		protected void hookOnSubscribe(Subscription subscription) {
			subscription.request(AHEAD);
		}

		@Override
		protected void hookOnNext(WebSocketMessage message) {
			switch (message.getType()) {
				case TEXT, BINARY -> {
					DataBuffer payload = message.getPayload();
					byte[] bytes = new byte[payload.readableByteCount()];
					payload.read(bytes);
					TestSocket.this.incoming.add(new Incoming.Message(message.getType(), bytes));
				}
				default -> request(1);
			}
		}

		@Override
		protected void hookOnComplete() {
			end();
		}

		/**
		 * The session's status says what has happened.
		 */
		@Override
		protected void hookOnError(Throwable error) {
			end();
		}

		private void end() {
			TestSocket.this.opened.thenAccept((session) -> session.closeStatus().subscribe((status) -> {
				Incoming.End end = new Incoming.End(status);
				// First, so that whoever has taken it from the queue finds it again
				TestSocket.this.end = end;
				TestSocket.this.incoming.add(end);
				TestSocket.this.received.tryEmitEmpty();
				TestSocket.this.ended.countDown();
			}));
		}

	}

}
