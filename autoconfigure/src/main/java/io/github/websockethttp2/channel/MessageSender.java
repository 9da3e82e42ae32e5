package io.github.websockethttp2.channel;

import java.util.Queue;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Exceptions;
import reactor.core.publisher.Operators;
import reactor.netty.channel.AbortedException;
import reactor.util.concurrent.Queues;
import reactor.util.context.Context;

import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.web.reactive.socket.WebSocketMessage;

/**
 * Between a publisher of messages and the channel. Messages that do not come on the event
 * loop cross over to it in batches.
 */
final class MessageSender implements CoreSubscriber<WebSocketMessage>, Subscription, SessionSender, Runnable {

	private static final Log logger = LogFactory.getLog(MessageSender.class);

	private static final int QUEUE_LINK_SIZE = 32;

	/** Twice what a publisher is ever asked for. */
	private static final int MAX_QUEUED = 256;

	private static final AtomicIntegerFieldUpdater<MessageSender> WORK = AtomicIntegerFieldUpdater
		.newUpdater(MessageSender.class, "work");

	private static final AtomicIntegerFieldUpdater<MessageSender> TOLD = AtomicIntegerFieldUpdater
		.newUpdater(MessageSender.class, "told");

	private final OutboundFrames outbound;

	private final CoreSubscriber<? super Void> actual;

	private @Nullable Subscription upstream;

	private @Nullable OutboundDemand demand;

	private volatile @Nullable Queue<WebSocketMessage> queue;

	/** Who raises it from 0 sends. It is raised until the sender has started. */
	private volatile int work = 1;

	/** Set when the subscriber was told the end, or cancelled. */
	private volatile int told;

	private volatile boolean sourceDone;

	private @Nullable Throwable sourceError;

	private boolean finished;

	MessageSender(OutboundFrames outbound, CoreSubscriber<? super Void> actual) {
		this.outbound = outbound;
		this.actual = actual;
	}

	@Override
	public Context currentContext() {
		return this.actual.currentContext();
	}

	@Override
	public void onSubscribe(Subscription upstream) {
		if (!Operators.validate(this.upstream, upstream)) {
			return;
		}
		this.upstream = upstream;
		OutboundDemand demand = new OutboundDemand(this.outbound, this::sourceFailed, upstream);
		this.demand = demand;
		this.outbound.application().call(() -> this.actual.onSubscribe(this));
		execute(this::start);
		if (this.told == 0) {
			demand.begin();
		}
	}

	private void start() {
		if (!this.finished) {
			this.outbound.addSender(this);
		}
		drain();
	}

	@Override
	public void onNext(WebSocketMessage message) {
		if (this.outbound.inEventLoop()) {
			OutboundDemand demand = this.demand;
			if (demand != null) {
				demand.emitted();
			}
			if (WORK.compareAndSet(this, 0, 1)) {
				send(message);
				if (WORK.decrementAndGet(this) != 0) {
					drain();
				}
				return;
			}
		}
		if (this.sourceDone) {
			DataBufferUtils.release(message.getPayload());
			return;
		}
		Queue<WebSocketMessage> queue = queue();
		queue.add(message);
		if (schedule() > MAX_QUEUED && queue.size() > MAX_QUEUED) {
			sourceFailed(Exceptions.failWithOverflow("The publisher sends messages that it was not asked for"));
		}
	}

	private Queue<WebSocketMessage> queue() {
		Queue<WebSocketMessage> queue = this.queue;
		if (queue == null) {
			queue = Queues.<WebSocketMessage>unbounded(QUEUE_LINK_SIZE).get();
			this.queue = queue;
		}
		return queue;
	}

	@Override
	public void onError(Throwable ex) {
		if (this.sourceDone) {
			logger.debug("Publisher failed after its end: " + ex);
			return;
		}
		this.sourceError = ex;
		onComplete();
	}

	@Override
	public void onComplete() {
		OutboundDemand demand = this.demand;
		if (demand != null) {
			demand.end();
		}
		this.sourceDone = true;
		schedule();
	}

	/**
	 * The publisher breaks its contract, or a call of it throws. May be called on any
	 * thread that it calls or is called on.
	 */
	void sourceFailed(Throwable ex) {
		cancelSource();
		onError(ex);
	}

	private int schedule() {
		int before = WORK.getAndIncrement(this);
		if (before == 0) {
			execute(this);
		}
		return before;
	}

	/**
	 * Whoever calls has raised {@link #work}: without an event loop nobody else will
	 * release what waits.
	 */
	private void execute(Runnable task) {
		if (!this.outbound.tryExecute(task)) {
			end(AbortedException.beforeSend());
			drain();
		}
	}

	@Override
	public void run() {
		drain();
	}

	private void drain() {
		int missed = this.work;
		while (missed != 0) {
			boolean sourceDone = this.sourceDone;
			Queue<WebSocketMessage> queue = this.queue;
			WebSocketMessage message;
			while (queue != null && (message = queue.poll()) != null) {
				send(message);
			}
			if (sourceDone) {
				completeAfterWrites();
			}
			missed = WORK.addAndGet(this, -missed);
		}
	}

	private void send(WebSocketMessage message) {
		OutboundDemand demand = this.demand;
		if (this.finished || demand == null) {
			DataBufferUtils.release(message.getPayload());
			return;
		}
		try {
			demand.sent(this.outbound.write(message));
		}
		catch (Throwable ex) {
			this.outbound.removeSender(this);
			terminate(ex);
		}
	}

	private void completeAfterWrites() {
		if (this.finished) {
			return;
		}
		this.finished = true;
		this.outbound.removeSender(this);
		if (this.sourceError != null) {
			tell(this.sourceError);
			return;
		}
		this.outbound.whenWritten((error) -> tell((error != null) ? new AbortedException(error) : null));
	}

	/**
	 * The session is over, or what is to be sent cannot be.
	 * @param error why, or {@code null} if the session was closed as it should be
	 */
	@Override
	public void terminate(@Nullable Throwable error) {
		if (!this.finished) {
			end(error);
			schedule();
		}
	}

	private void end(@Nullable Throwable error) {
		if (!this.finished) {
			this.finished = true;
			if (this.demand != null) {
				this.demand.end();
			}
			cancelSource();
			tell(error);
		}
	}

	/**
	 * Tells the subscriber the end, unless it has cancelled.
	 */
	private void tell(@Nullable Throwable error) {
		if (!TOLD.compareAndSet(this, 0, 1)) {
			return;
		}
		this.outbound.application().call(() -> {
			if (error != null) {
				this.actual.onError(error);
			}
			else {
				this.actual.onComplete();
			}
		});
	}

	private void cancelSource() {
		Subscription upstream = this.upstream;
		if (upstream != null) {
			this.outbound.application().call(upstream::cancel);
		}
	}

	@Override
	public void request(long n) {
		// A Mono<Void> has nothing to request
	}

	@Override
	public void cancel() {
		this.told = 1;
		cancelSource();
		if (!this.outbound.tryExecute(this::cancelled)) {
			schedule();
		}
	}

	private void cancelled() {
		this.finished = true;
		if (this.demand != null) {
			this.demand.end();
		}
		this.outbound.removeSender(this);
		schedule();
	}

}
