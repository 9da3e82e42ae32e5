package io.github.websockethttp2.stream;

import java.util.Queue;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.netty.channel.AbortedException;
import reactor.util.concurrent.Queues;
import reactor.util.context.Context;

import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.web.reactive.socket.WebSocketMessage;

/**
 * One {@code send} of a session: takes messages from a publisher as fast as the peer
 * takes them. How many are asked for at a time follows from the room that is left in
 * bytes and from how big messages have been of late: a peer which does not read costs
 * those bytes, and not a number of messages.
 */
final class OutboundMessages extends Mono<Void> {

	private final OutboundFrames outbound;

	private final Publisher<WebSocketMessage> source;

	OutboundMessages(OutboundFrames outbound, Publisher<WebSocketMessage> source) {
		this.outbound = outbound;
		this.source = source;
	}

	@Override
	public void subscribe(CoreSubscriber<? super Void> actual) {
		this.source.subscribe(new Sender(this.outbound, actual));
	}

	/**
	 * Between a publisher of messages and the channel. Messages that do not come on the
	 * event loop cross over to it in batches.
	 */
	static final class Sender implements CoreSubscriber<WebSocketMessage>, Subscription, Runnable {

		/** So much demand lets a publisher that cannot wait tick on while we are busy. */
		private static final int MAX_BATCH = 32;

		/** Asked for while it is not known how big messages are. */
		private static final int FIRST_BATCH = 4;

		/** What a message is taken for at least, the cost of its handling included. */
		private static final int MIN_MESSAGE_SIZE = 256;

		private static final AtomicIntegerFieldUpdater<Sender> WORK = AtomicIntegerFieldUpdater.newUpdater(Sender.class,
				"work");

		private final OutboundFrames outbound;

		private final CoreSubscriber<? super Void> actual;

		private @Nullable Subscription upstream;

		private volatile @Nullable Queue<WebSocketMessage> queue;

		private volatile int work;

		private volatile boolean sourceDone;

		private volatile boolean cancelled;

		private @Nullable Throwable sourceError;

		private int outstanding;

		/** With so much outstanding it is time to ask for more. */
		private int refillAt;

		private int largest = MIN_MESSAGE_SIZE;

		private int batch = FIRST_BATCH;

		private boolean finished;

		Sender(OutboundFrames outbound, CoreSubscriber<? super Void> actual) {
			this.outbound = outbound;
			this.actual = actual;
		}

		@Override
		public Context currentContext() {
			return this.actual.currentContext();
		}

		@Override
		public void onSubscribe(Subscription upstream) {
			if (Operators.validate(this.upstream, upstream)) {
				this.upstream = upstream;
				try {
					this.actual.onSubscribe(this);
				}
				catch (Throwable ex) {
					this.outbound.application().threw(ex);
				}
				this.outbound.execute(this::start);
			}
		}

		private void start() {
			if (!this.finished && this.outbound.addSender(this)) {
				requestMore();
			}
		}

		@Override
		public void onNext(WebSocketMessage message) {
			if (this.outbound.inEventLoop() && WORK.compareAndSet(this, 0, 1)) {
				send(message);
				if (WORK.decrementAndGet(this) != 0) {
					drain();
				}
				return;
			}
			queue().add(message);
			schedule();
		}

		private Queue<WebSocketMessage> queue() {
			Queue<WebSocketMessage> queue = this.queue;
			if (queue == null) {
				queue = Queues.<WebSocketMessage>unbounded(MAX_BATCH).get();
				this.queue = queue;
			}
			return queue;
		}

		@Override
		public void onError(Throwable ex) {
			this.sourceError = ex;
			onComplete();
		}

		@Override
		public void onComplete() {
			this.sourceDone = true;
			schedule();
		}

		private void schedule() {
			if (WORK.getAndIncrement(this) == 0) {
				this.outbound.execute(this);
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
			if (this.finished) {
				DataBufferUtils.release(message.getPayload());
				return;
			}
			this.largest = Math.max(this.largest, message.getPayload().readableByteCount());
			this.outbound.write(message);
			if (--this.outstanding <= this.refillAt) {
				requestMore();
			}
		}

		/**
		 * Asks for what there is room for, and for few until it is known how big messages
		 * are; called again when there is room after there was none.
		 */
		void requestMore() {
			Subscription upstream = this.upstream;
			if (this.finished || upstream == null) {
				return;
			}
			long room = this.outbound.bytesBeforeUnwritable();
			if (room > 0) {
				int wanted = (int) Math.max(1, Math.min(this.batch, room / this.largest));
				int more = wanted - this.outstanding;
				if (more > 0) {
					this.batch = Math.min(MAX_BATCH, 2 * this.batch);
					this.outstanding = wanted;
					this.refillAt = wanted / 2;
					this.largest = Math.max(MIN_MESSAGE_SIZE, this.largest - this.largest / 8);
					try {
						upstream.request(more);
					}
					catch (Throwable ex) {
						// What Reactor does not pass on, such as a class that is missing
						onError(ex);
					}
				}
			}
		}

		private void completeAfterWrites() {
			if (this.finished) {
				return;
			}
			this.finished = true;
			this.outbound.removeSender(this);
			Throwable sourceError = this.sourceError;
			if (sourceError != null) {
				this.outbound.application().call(() -> this.actual.onError(sourceError));
				return;
			}
			this.outbound.whenWritten((error) -> {
				if (this.cancelled) {
					return;
				}
				if (error != null) {
					this.actual.onError(new AbortedException(error));
				}
				else {
					this.actual.onComplete();
				}
			});
		}

		/**
		 * The session is over.
		 * @param error why, or {@code null} if it was closed as it should be
		 */
		void terminate(@Nullable Throwable error) {
			if (this.finished) {
				return;
			}
			this.finished = true;
			Subscription upstream = this.upstream;
			if (upstream != null) {
				this.outbound.application().call(upstream::cancel);
			}
			schedule();
			this.outbound.application().call(() -> {
				if (error != null) {
					this.actual.onError(error);
				}
				else {
					this.actual.onComplete();
				}
			});
		}

		@Override
		public void request(long n) {
			// A Mono<Void> has nothing to request
		}

		@Override
		public void cancel() {
			this.cancelled = true;
			if (this.upstream != null) {
				this.upstream.cancel();
			}
			this.outbound.execute(() -> {
				this.finished = true;
				this.outbound.removeSender(this);
				schedule();
			});
		}

	}

}
