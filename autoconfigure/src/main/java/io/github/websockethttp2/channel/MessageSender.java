package io.github.websockethttp2.channel;

import java.util.Queue;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.Consumer;

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
 * Sends the messages of a publisher. Messages from other threads cross over to the event
 * loop in batches.
 */
final class MessageSender
		implements CoreSubscriber<WebSocketMessage>, Subscription, SessionSender, Runnable, Consumer<Throwable> {

	private static final Log logger = LogFactory.getLog(MessageSender.class);

	private static final int QUEUE_LINK_SIZE = 32;

	/** Twice the most that a publisher is ever asked for. */
	private static final int MAX_QUEUED = 256;

	private static final AtomicIntegerFieldUpdater<MessageSender> WORK = AtomicIntegerFieldUpdater
		.newUpdater(MessageSender.class, "work");

	private static final AtomicIntegerFieldUpdater<MessageSender> TERMINATED = AtomicIntegerFieldUpdater
		.newUpdater(MessageSender.class, "terminated");

	private final OutboundFrames outbound;

	private final CoreSubscriber<? super Void> actual;

	private @Nullable Subscription upstream;

	private @Nullable OutboundDemand demand;

	private volatile @Nullable Queue<WebSocketMessage> queue;

	/** Whoever raises it from 0 sends. It is 1 until the sender has started. */
	private volatile int work = 1;

	/** Set once the subscriber has got its terminal signal or has cancelled. */
	private volatile int terminated;

	private volatile boolean sourceDone;

	private @Nullable Throwable sourceError;

	private boolean ended;

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
		OutboundDemand demand = new OutboundDemand(this.outbound, this, upstream);
		this.demand = demand;
		this.outbound.application().call(() -> this.actual.onSubscribe(this));
		execute(this::start);
		if (this.terminated == 0) {
			demand.begin();
		}
	}

	private void start() {
		if (!this.ended) {
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
			accept(Exceptions.failWithOverflow("The publisher sends messages that it was not asked for"));
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
	 * The publisher has broken its contract, or has thrown. May be called on any of the
	 * publisher's threads.
	 */
	@Override
	public void accept(Throwable ex) {
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
	 * Executes a task on the event loop. If the event loop is gone, the caller, who has
	 * raised {@link #work}, releases what waits: nobody else will.
	 */
	private void execute(Runnable task) {
		if (!this.outbound.tryExecute(task)) {
			endAndCancel(AbortedException.beforeSend());
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
		if (this.ended || demand == null || this.outbound.isStopped()) {
			DataBufferUtils.release(message.getPayload());
			return;
		}
		try {
			demand.sent(this.outbound.write(message));
		}
		catch (Throwable ex) {
			this.outbound.removeSender(this);
			end(ex);
		}
	}

	private void completeAfterWrites() {
		if (this.ended) {
			return;
		}
		this.ended = true;
		this.outbound.removeSender(this);
		if (this.sourceError != null) {
			terminate(this.sourceError);
			return;
		}
		this.outbound.whenWritten((error) -> terminate((error != null) ? new AbortedException(error) : null));
	}

	/**
	 * The session has ended, or a message cannot be sent.
	 * @param error the reason, or {@code null} after a regular closing handshake
	 */
	@Override
	public void end(@Nullable Throwable error) {
		if (!this.ended) {
			endAndCancel(error);
			schedule();
		}
	}

	private void endAndCancel(@Nullable Throwable error) {
		if (!this.ended) {
			this.ended = true;
			if (this.demand != null) {
				this.demand.end();
			}
			cancelSource();
			terminate(error);
		}
	}

	/**
	 * Sends the subscriber its terminal signal, unless it has cancelled.
	 */
	private void terminate(@Nullable Throwable error) {
		if (!TERMINATED.compareAndSet(this, 0, 1)) {
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
		this.terminated = 1;
		cancelSource();
		if (!this.outbound.tryExecute(this::cancelled)) {
			schedule();
		}
	}

	private void cancelled() {
		this.ended = true;
		if (this.demand != null) {
			this.demand.end();
		}
		this.outbound.removeSender(this);
		schedule();
	}

}
