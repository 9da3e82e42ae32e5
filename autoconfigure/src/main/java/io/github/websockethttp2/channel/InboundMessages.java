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
 * The messages that a session receives, for one subscriber. As everywhere in WebFlux, a
 * message is released when {@code onNext} returns, unless the subscriber has retained it.
 * Confined to the event loop, except for the calls that the subscriber makes.
 */
final class InboundMessages extends Flux<WebSocketMessage> implements Subscription {

	private static final Log logger = LogFactory.getLog(InboundMessages.class);

	/**
	 * How many messages are decoded from bytes that were read together without demand.
	 */
	private static final int MAX_QUEUED = 64;

	private final EventLoop eventLoop;

	private final ByteTransport transport;

	private final ApplicationCalls application;

	private @Nullable WaitingMessages waiting;

	private @Nullable CoreSubscriber<? super WebSocketMessage> subscriber;

	private long demand;

	private Intake intake = Intake.OPEN;

	private boolean subscribed;

	/** The subscriber wants no more signals. Set from any thread. */
	private volatile boolean cancelled;

	/** Bytes are read without demand, to find the peer's Close frame. */
	private boolean readingOn;

	private boolean draining;

	private long emitted;

	private @Nullable Throwable error;

	/**
	 * Create the messages of a session.
	 * @param eventLoop the session's event loop
	 * @param transport the session's transport
	 * @param application calls the subscriber
	 */
	InboundMessages(EventLoop eventLoop, ByteTransport transport, ApplicationCalls application) {
		this.eventLoop = eventLoop;
		this.transport = transport;
		this.application = application;
	}

	/**
	 * Reads until a message waits, even without demand: no demand covers the control
	 * frames in front of it.
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
			subscriberThrew(subscriber, ex);
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
		EventLoops.tryExecute(this.eventLoop, this::unsubscribe);
	}

	/**
	 * Forgets the subscriber and drops its messages. The transport is still read, since a
	 * Close frame may follow.
	 */
	private void unsubscribe() {
		this.subscriber = null;
		drop();
	}

	/**
	 * Reads on even if messages wait, to find the peer's Close frame.
	 */
	void readOn() {
		this.readingOn = true;
		this.transport.setReading(true);
	}

	/**
	 * Returns how many messages the subscriber has received.
	 * @return a number that grows while the subscriber reads
	 */
	long emitted() {
		return this.emitted;
	}

	/**
	 * Drops the messages that wait and those that still come, since nobody reads them, so
	 * that a Close frame behind them is seen. A subscriber still gets the terminal
	 * signal.
	 */
	void drop() {
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
	 * Returns whether no further message should be decoded. A small message takes many
	 * times the memory of the bytes that it is decoded from.
	 * @return whether enough messages wait for now
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
	 * Terminates the flow after the messages that already wait.
	 * @param error the error to terminate with, or {@code null} to complete
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
			// Reads until one message waits, so that control frames before it are seen
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
			terminate(subscriber, this.error);
		}
	}

	/**
	 * Sends no signal to a subscriber that has cancelled, even if on another thread at
	 * this very moment: Reactor would log the error of a peer that has left.
	 */
	private void terminate(CoreSubscriber<? super WebSocketMessage> subscriber, @Nullable Throwable error) {
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
	 * A subscriber must not throw (Reactive Streams 2.13), but Reactor's do if they
	 * consider an error fatal. It gets the error and no more messages, so that the
	 * subscribers behind it can terminate.
	 */
	private void subscriberThrew(CoreSubscriber<? super WebSocketMessage> subscriber, Throwable thrown) {
		unsubscribe();
		this.application.threw(thrown);
		terminate(subscriber, thrown);
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
			subscriberThrew(subscriber, ex);
		}
		finally {
			DataBufferUtils.release(message.getPayload());
		}
	}

}
