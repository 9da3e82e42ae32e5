package io.github.websockethttp2.topic;

import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.function.Consumer;
import java.util.function.Function;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;

/**
 * A subscriber to the messages of a topic. Thread-safe.
 *
 * @param <R> what it gets
 */
final class FluxMember<R> implements Subscription {

	private static final Log logger = LogFactory.getLog(FluxMember.class);

	@SuppressWarnings("rawtypes")
	private static final AtomicIntegerFieldUpdater<FluxMember> WORK = AtomicIntegerFieldUpdater
		.newUpdater(FluxMember.class, "work");

	@SuppressWarnings("rawtypes")
	private static final AtomicLongFieldUpdater<FluxMember> REQUESTED = AtomicLongFieldUpdater
		.newUpdater(FluxMember.class, "requested");

	private final MemberTerms terms;

	private final Function<TopicMessage, R> mapper;

	private final Runnable onTooSlow;

	private final CoreSubscriber<? super R> actual;

	/** Guarded by this object, like the next field. */
	private final Backlog backlog;

	private boolean tooSlow;

	private volatile @Nullable Consumer<FluxMember<?>> exit;

	/** Whoever raises it from 0 emits. It is 1 until the subscriber has started. */
	private volatile int work = 1;

	private volatile long requested;

	private volatile boolean ended;

	/**
	 * Create a subscriber.
	 * @param terms what happens if it is slow
	 * @param mapper makes what it gets
	 * @param actual gets it
	 * @param onTooSlow called instead of {@code onError} if it is too slow
	 */
	FluxMember(MemberTerms terms, Function<TopicMessage, R> mapper, CoreSubscriber<? super R> actual,
			Runnable onTooSlow) {
		this.terms = terms;
		this.mapper = mapper;
		this.actual = actual;
		this.onTooSlow = onTooSlow;
		this.backlog = terms.newBacklog(0);
	}

	/**
	 * The subscriber is in a topic.
	 * @param missed what it gets first
	 * @param exit called when it leaves, which may be more than once
	 */
	void joins(List<TopicMessage> missed, Consumer<FluxMember<?>> exit) {
		this.exit = exit;
		Counts counts = new Counts();
		missed.forEach((message) -> offer(message, counts));
		this.terms.counts().add(counts);
	}

	/**
	 * The subscriber may get messages from now on.
	 */
	void start() {
		try {
			this.actual.onSubscribe(this);
		}
		catch (Throwable ex) {
			leave();
			throw ex;
		}
		emit(1);
	}

	/**
	 * Takes a message, which is emitted by {@link #drain()}. Guarded by the topic.
	 */
	synchronized void offer(TopicMessage message, Counts counts) {
		if (!this.ended && !this.tooSlow && !this.backlog.add(message, counts)) {
			this.tooSlow = true;
			this.backlog.clear();
		}
	}

	private synchronized @Nullable TopicMessage poll() {
		return this.backlog.poll();
	}

	private synchronized boolean isTooSlow() {
		return this.tooSlow;
	}

	/**
	 * Emits what is there, as far as it is requested.
	 */
	void drain() {
		if (WORK.getAndIncrement(this) == 0) {
			emit(1);
		}
	}

	private void emit(int missed) {
		while (missed != 0) {
			try {
				emitRequested();
			}
			catch (Throwable ex) {
				// Neither who sends nor the others can help it
				leave();
				logger.warn("A subscriber to a topic threw, and has left it", ex);
			}
			missed = WORK.addAndGet(this, -missed);
		}
	}

	private void emitRequested() {
		long requested = this.requested;
		int emitted = 0;
		while (emitted != requested && !this.ended) {
			TopicMessage message = poll();
			if (message == null) {
				break;
			}
			emitted++;
			R value;
			try {
				value = this.mapper.apply(message);
			}
			catch (Throwable ex) {
				// Only what another instance has sent is decoded
				leave();
				this.actual.onError(ex);
				return;
			}
			this.terms.counts().delivered(1);
			this.actual.onNext(value);
		}
		if (emitted != 0 && requested != Long.MAX_VALUE) {
			REQUESTED.addAndGet(this, -emitted);
		}
		if (!this.ended && isTooSlow()) {
			leave();
			this.onTooSlow.run();
		}
	}

	@Override
	public void request(long n) {
		if (Operators.validate(n)) {
			Operators.addCap(REQUESTED, this, n);
			drain();
		}
	}

	@Override
	public void cancel() {
		leave();
	}

	private void leave() {
		this.ended = true;
		Consumer<FluxMember<?>> exit = this.exit;
		if (exit != null) {
			exit.accept(this);
		}
		synchronized (this) {
			this.backlog.clear();
		}
	}

}
