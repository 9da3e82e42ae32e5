package io.github.websockethttp2.channel;

import io.github.websockethttp2.transport.ByteTransport;
import io.netty.channel.EventLoop;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.netty.channel.AbortedException;

import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.web.reactive.socket.WebSocketMessage;

/**
 * The messages of a session on their way to its handler, for one subscriber. A message is
 * released when the subscriber returns from {@code onNext}, unless it has retained it, as
 * everywhere in WebFlux. Confined to the event loop, but for the calls of the subscriber.
 */
final class InboundMessages extends Flux<WebSocketMessage> implements Subscription {

	private static final Log logger = LogFactory.getLog(InboundMessages.class);

	/** Messages that are taken out of bytes that were read together, if nobody asks. */
	private static final int MAX_QUEUED = 64;

	private final EventLoop eventLoop;

	private final ByteTransport transport;

	private final ApplicationCalls application;

	private @Nullable WaitingMessages waiting;

	private @Nullable CoreSubscriber<? super WebSocketMessage> subscriber;

	private long demand;

	private Intake intake = Intake.OPEN;

	private boolean subscribed;

	/** From any thread: the subscriber wants no more signals. */
	private volatile boolean cancelled;

	/** What matters now is the peer's Close frame, wherever it is. */
	private boolean readingOn;

	private boolean draining;

	private long emitted;

	private @Nullable Throwable error;

	/**
	 * Create the inbound half of a session.
	 * @param eventLoop the session's event loop
	 * @param transport what carries it
	 * @param application calls the subscriber
	 */
	InboundMessages(EventLoop eventLoop, ByteTransport transport, ApplicationCalls application) {
		this.eventLoop = eventLoop;
		this.transport = transport;
		this.application = application;
	}

	/**
	 * Reads until a message waits, whether anybody asks for it or not: control frames in
	 * front of it are nobody's to ask for.
	 */
	void begin() {
		drain();
	}

	@Override
	public void subscribe(CoreSubscriber<? super WebSocketMessage> subscriber) {
		if (!EventLoops.tryExecute(this.eventLoop, () -> subscribeInEventLoop(subscriber))) {
			Operators.error(subscriber, new AbortedException("The server is down"));
		}
	}

	private void subscribeInEventLoop(CoreSubscriber<? super WebSocketMessage> subscriber) {
		if (this.subscribed) {
			this.application.call(() -> Operators.error(subscriber,
					new IllegalStateException("The messages of a session can be received by one subscriber only")));
			return;
		}
		this.subscribed = true;
		this.subscriber = subscriber;
		try {
			subscriber.onSubscribe(this);
		}
		catch (Throwable ex) {
			fail(subscriber, ex);
		}
		drain();
	}

	@Override
	public void request(long n) {
		if (Operators.validate(n)) {
			if (this.eventLoop.inEventLoop()) {
				addDemand(n);
			}
			else {
				EventLoops.tryExecute(this.eventLoop, () -> addDemand(n));
			}
		}
	}

	private void addDemand(long n) {
		this.demand = Operators.addCap(this.demand, n);
		drain();
	}

	@Override
	public void cancel() {
		this.cancelled = true;
		EventLoops.tryExecute(this.eventLoop, this::discard);
	}

	/**
	 * Drops what is there and what is still to come. The transport goes on being read,
	 * since a Close frame may follow.
	 */
	private void discard() {
		this.subscriber = null;
		drop();
	}

	/**
	 * Reads on whether messages wait or not: what matters now is the peer's Close frame.
	 */
	void readOn() {
		this.readingOn = true;
		this.transport.setReading(true);
	}

	/**
	 * Returns how many messages the subscriber has got.
	 * @return a number that grows while there is somebody who reads
	 */
	long emitted() {
		return this.emitted;
	}

	/**
	 * Nobody reads: drops the messages that are there or still to come, so that a Close
	 * frame behind them is seen. The subscriber learns of the end.
	 */
	void abandon() {
		drop();
	}

	private void drop() {
		if (this.intake == Intake.OPEN) {
			this.intake = Intake.DROPPING;
		}
		if (this.waiting != null) {
			this.waiting.release();
			this.waiting = null;
		}
		readOn();
	}

	/**
	 * Returns whether no further message should be decoded: messages are a multiple of
	 * the bytes that small ones come in.
	 * @return whether there are enough for the time being
	 */
	boolean isFull() {
		return this.waiting != null && this.waiting.size() >= MAX_QUEUED && !this.readingOn;
	}

	void add(WebSocketMessage message) {
		if (this.intake != Intake.OPEN) {
			DataBufferUtils.release(message.getPayload());
			return;
		}
		if (!this.draining && this.demand > 0 && this.subscriber != null && isEmpty()) {
			this.draining = true;
			try {
				emit(this.subscriber, message);
			}
			finally {
				this.draining = false;
			}
			if (isEmpty() && this.intake != Intake.TERMINATED) {
				return;
			}
		}
		else {
			if (this.waiting == null) {
				this.waiting = new WaitingMessages();
			}
			this.waiting.add(message);
		}
		drain();
	}

	private boolean isEmpty() {
		return this.waiting == null || this.waiting.isEmpty();
	}

	/**
	 * Ends the flow after the messages that are already there.
	 * @param error why it ended early, or {@code null} if it is complete
	 */
	void terminate(@Nullable Throwable error) {
		if (this.intake != Intake.TERMINATED) {
			this.intake = Intake.TERMINATED;
			this.error = error;
			drain();
			if (this.waiting != null) {
				this.waiting.moveToHeap();
			}
		}
	}

	private void drain() {
		if (this.draining) {
			return;
		}
		this.draining = true;
		try {
			emit();
		}
		finally {
			this.draining = false;
		}
		if (this.intake != Intake.TERMINATED && !this.readingOn) {
			// One message waits at most, so that control frames behind none are seen
			this.transport.setReading(isEmpty());
		}
	}

	private void emit() {
		while (this.demand > 0 && this.subscriber != null && this.waiting != null && !this.waiting.isEmpty()) {
			emit(this.subscriber, this.waiting.remove());
		}
		CoreSubscriber<? super WebSocketMessage> subscriber = this.subscriber;
		if (this.intake == Intake.TERMINATED && isEmpty() && subscriber != null) {
			this.subscriber = null;
			end(subscriber, this.error);
		}
	}

	/**
	 * One who has cancelled, be it on another thread this very moment, is told nothing:
	 * Reactor would log the error of a peer that has left.
	 */
	private void end(CoreSubscriber<? super WebSocketMessage> subscriber, @Nullable Throwable error) {
		if (this.cancelled) {
			logger.debug("Session ended after its messages were cancelled: " + error);
		}
		else if (error != null) {
			this.application.call(() -> subscriber.onError(error));
		}
		else {
			this.application.call(subscriber::onComplete);
		}
	}

	/**
	 * A subscriber that throws breaks the rules (Reactive Streams 2.13), and yet
	 * Reactor's do, with errors that they take for fatal: gets no more messages, but the
	 * error, so that what is behind it can end.
	 */
	private void fail(CoreSubscriber<? super WebSocketMessage> subscriber, Throwable thrown) {
		discard();
		this.application.threw(thrown);
		end(subscriber, thrown);
	}

	private void emit(CoreSubscriber<? super WebSocketMessage> subscriber, WebSocketMessage message) {
		if (this.demand != Long.MAX_VALUE) {
			this.demand--;
		}
		this.emitted++;
		try {
			subscriber.onNext(message);
		}
		catch (Throwable ex) {
			fail(subscriber, ex);
		}
		finally {
			DataBufferUtils.release(message.getPayload());
		}
	}

}
