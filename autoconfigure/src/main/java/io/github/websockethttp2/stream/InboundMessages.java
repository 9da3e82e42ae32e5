package io.github.websockethttp2.stream;

import java.util.ArrayDeque;
import java.util.Queue;

import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.web.reactive.socket.WebSocketMessage;

/**
 * The messages of a session on their way to its handler, for one subscriber. A message is
 * released when the subscriber returns from {@code onNext}, unless it has retained it, as
 * everywhere in WebFlux. Confined to the event loop, but for the calls of the subscriber.
 */
final class InboundMessages extends Flux<WebSocketMessage> implements Subscription {

	/** Messages that are taken out of bytes that were read together, if nobody asks. */
	private static final int MAX_QUEUED = 64;

	private final EventLoop eventLoop;

	private final ByteTransport transport;

	private @Nullable Queue<WebSocketMessage> waiting;

	private @Nullable CoreSubscriber<? super WebSocketMessage> subscriber;

	private long demand;

	private boolean subscribed;

	private boolean cancelled;

	private boolean readOn;

	private boolean abandoned;

	private long emitted;

	private boolean draining;

	private boolean terminated;

	private @Nullable Throwable error;

	InboundMessages(EventLoop eventLoop, ByteTransport transport) {
		this.eventLoop = eventLoop;
		this.transport = transport;
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
		if (this.eventLoop.inEventLoop()) {
			subscribeInEventLoop(subscriber);
		}
		else {
			this.eventLoop.execute(() -> subscribeInEventLoop(subscriber));
		}
	}

	private void subscribeInEventLoop(CoreSubscriber<? super WebSocketMessage> subscriber) {
		if (this.subscribed) {
			Operators.error(subscriber,
					new IllegalStateException("The messages of a session can be received by one subscriber only"));
			return;
		}
		this.subscribed = true;
		this.subscriber = subscriber;
		subscriber.onSubscribe(this);
		drain();
	}

	@Override
	public void request(long n) {
		if (Operators.validate(n)) {
			if (this.eventLoop.inEventLoop()) {
				addDemand(n);
			}
			else {
				this.eventLoop.execute(() -> addDemand(n));
			}
		}
	}

	private void addDemand(long n) {
		this.demand = Operators.addCap(this.demand, n);
		drain();
	}

	@Override
	public void cancel() {
		if (this.eventLoop.inEventLoop()) {
			discard();
		}
		else {
			this.eventLoop.execute(this::discard);
		}
	}

	/**
	 * Drops what is there and what is still to come. The transport goes on being read,
	 * since a Close frame may follow.
	 */
	void discard() {
		this.cancelled = true;
		this.subscriber = null;
		clear();
		readOn();
	}

	/**
	 * Reads on whether messages wait or not: what matters now is the peer's Close frame.
	 */
	void readOn() {
		this.readOn = true;
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
		this.abandoned = true;
		clear();
		readOn();
	}

	/**
	 * Tells whether no further message should be decoded: messages are a multiple of the
	 * bytes that small ones come in.
	 * @return whether there are enough for the time being
	 */
	boolean isFull() {
		return this.waiting != null && this.waiting.size() >= MAX_QUEUED && !this.readOn;
	}

	void add(WebSocketMessage message) {
		if (this.cancelled || this.abandoned || this.terminated) {
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
			if (isEmpty() && !this.terminated) {
				return;
			}
		}
		else {
			if (this.waiting == null) {
				this.waiting = new ArrayDeque<>(2);
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
		if (!this.terminated) {
			this.terminated = true;
			this.error = error;
			drain();
			moveToHeap();
		}
	}

	/**
	 * The session is over, and a handler that never reads what is left must not keep
	 * pooled memory.
	 */
	private void moveToHeap() {
		Queue<WebSocketMessage> waiting = this.waiting;
		if (waiting == null) {
			return;
		}
		for (int i = waiting.size(); i > 0; i--) {
			WebSocketMessage message = waiting.remove();
			DataBuffer payload = message.getPayload();
			byte[] bytes = new byte[payload.readableByteCount()];
			payload.read(bytes);
			DataBufferUtils.release(payload);
			waiting.add(new WebSocketMessage(message.getType(), DefaultDataBufferFactory.sharedInstance.wrap(bytes)));
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
		if (!this.terminated && !this.readOn) {
			// One message waits at most, so that control frames behind none are seen
			this.transport.setReading(isEmpty());
		}
	}

	private void emit() {
		while (this.demand > 0 && this.subscriber != null && this.waiting != null && !this.waiting.isEmpty()) {
			emit(this.subscriber, this.waiting.remove());
		}
		CoreSubscriber<? super WebSocketMessage> subscriber = this.subscriber;
		if (this.terminated && isEmpty() && subscriber != null) {
			this.subscriber = null;
			if (this.error != null) {
				subscriber.onError(this.error);
			}
			else {
				subscriber.onComplete();
			}
		}
	}

	private void emit(CoreSubscriber<? super WebSocketMessage> subscriber, WebSocketMessage message) {
		if (this.demand != Long.MAX_VALUE) {
			this.demand--;
		}
		this.emitted++;
		try {
			subscriber.onNext(message);
		}
		finally {
			DataBufferUtils.release(message.getPayload());
		}
	}

	private void clear() {
		if (this.waiting != null) {
			this.waiting.forEach((message) -> DataBufferUtils.release(message.getPayload()));
			this.waiting = null;
		}
	}

}
