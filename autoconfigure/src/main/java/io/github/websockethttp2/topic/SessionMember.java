package io.github.websockethttp2.topic;

import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.Consumer;

import io.github.websockethttp2.channel.SessionSender;
import io.github.websockethttp2.channel.SharedOutput;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;

/**
 * A session of ours in a topic. If nothing waits for its peer, it gets a message at once.
 * Otherwise messages wait, as references to what all sessions share, until there is room
 * for them. Confined to the session's event loop, except for the methods that say
 * otherwise.
 */
final class SessionMember implements SessionSender, LoopMember, Subscription {

	private static final AtomicIntegerFieldUpdater<SessionMember> TERMINATED = AtomicIntegerFieldUpdater
		.newUpdater(SessionMember.class, "terminated");

	private final MemberTerms terms;

	private final SharedOutput output;

	private final CoreSubscriber<? super Void> actual;

	private volatile @Nullable Consumer<SessionMember> exit;

	private @Nullable LoopMembers loop;

	/** Whether it is counted among those in the topic. Guarded by the topic. */
	private boolean counted;

	/** The last message before this session joined. */
	private long joinedAfter;

	private List<TopicMessage> missed = List.of();

	private int place = -1;

	/** Empty, or {@code null}, while nothing waits. */
	private @Nullable SessionBacklog backlog;

	private boolean unflushed;

	private boolean ended;

	/** Set once the subscriber has got its terminal signal or has cancelled. */
	private volatile int terminated;

	SessionMember(MemberTerms terms, SharedOutput output, CoreSubscriber<? super Void> actual) {
		this.terms = terms;
		this.output = output;
		this.actual = actual;
	}

	SharedOutput output() {
		return this.output;
	}

	/**
	 * The session has a place in a topic. Guarded by the topic, before anything happens
	 * on the event loop.
	 * @param loop the sessions of its event loop
	 * @param joinedAfter the number of the last message before
	 * @param missed what it gets first
	 * @param exit called when the session leaves, which may be more than once
	 */
	void joins(LoopMembers loop, long joinedAfter, List<TopicMessage> missed, Consumer<SessionMember> exit) {
		this.loop = loop;
		this.joinedAfter = joinedAfter;
		this.missed = missed;
		this.counted = true;
		this.exit = exit;
	}

	/**
	 * The session leaves the topic. Guarded by the topic.
	 * @return where it was counted, or {@code null} if it has left before
	 */
	@Nullable LoopMembers leaves() {
		LoopMembers loop = (this.counted) ? this.loop : null;
		this.counted = false;
		return loop;
	}

	/**
	 * The session is in the topic from now on, unless that is over already.
	 */
	void start() {
		if (this.terminated != 0) {
			leave();
			return;
		}
		this.output.add(this);
		if (!this.ended && this.loop != null) {
			this.loop.add(this);
			catchUp();
		}
	}

	/**
	 * Writes what the session has missed, or has it wait.
	 */
	private void catchUp() {
		List<TopicMessage> missed = this.missed;
		this.missed = List.of();
		if (missed.isEmpty()) {
			return;
		}
		Counts counts = new Counts();
		// Flushed together
		this.unflushed = true;
		boolean fits = true;
		for (TopicMessage message : missed) {
			fits = fits && (this.ended || offer(message, counts));
		}
		this.terms.counts().add(counts);
		flush();
		if (!fits) {
			close();
		}
	}

	/**
	 * The session does not get into the topic. May be called from any thread.
	 */
	void rejected(Throwable error) {
		leaveTopic();
		terminate(error);
	}

	@Override
	public int place() {
		return this.place;
	}

	@Override
	public void place(int place) {
		this.place = place;
	}

	@Override
	public void take(TopicMessage message, long number, Counts counts) {
		if (number > this.joinedAfter && !offer(message, counts) && this.loop != null) {
			this.loop.tooSlow(this);
		}
	}

	/**
	 * Writes a message, or has it wait.
	 * @return {@code false} if the session is to be closed for being slow
	 */
	private boolean offer(TopicMessage message, Counts counts) {
		try {
			boolean room = (this.backlog == null || this.backlog.isEmpty()) && this.output.makeRoom();
			if (this.ended) {
				// The flush may have found out, or run code that cancels
				return true;
			}
			if (!room) {
				return backlog().add(message, counts);
			}
			forgetBacklog();
			write(message);
			counts.accepted++;
			counts.delivered++;
		}
		catch (Throwable ex) {
			end(ex);
		}
		return true;
	}

	private SessionBacklog backlog() {
		SessionBacklog backlog = this.backlog;
		if (backlog == null) {
			backlog = new SessionBacklog(this.terms, this.output, this);
			this.backlog = backlog;
		}
		return backlog;
	}

	private void write(TopicMessage message) {
		this.output.write(message.encoded());
		if (!this.unflushed && this.loop != null) {
			this.unflushed = true;
			this.loop.wrote(this);
		}
	}

	@Override
	public void flush() {
		this.unflushed = false;
		this.output.flush();
	}

	@Override
	public void close() {
		if (!this.ended) {
			this.ended = true;
			leave();
			this.output.call(() -> this.output.close(this.terms.status()));
			terminate(null);
		}
	}

	@Override
	public void end(@Nullable Throwable error) {
		if (!this.ended) {
			this.ended = true;
			leave();
			terminate(error);
		}
	}

	private void forgetBacklog() {
		if (this.backlog != null) {
			this.backlog.clear();
			this.backlog = null;
		}
	}

	private void leave() {
		forgetBacklog();
		this.output.remove(this);
		if (this.loop != null) {
			this.loop.remove(this);
		}
		leaveTopic();
	}

	private void leaveTopic() {
		Consumer<SessionMember> exit = this.exit;
		if (exit != null) {
			exit.accept(this);
		}
	}

	/**
	 * Sends the subscriber its terminal signal, unless it has cancelled.
	 */
	private void terminate(@Nullable Throwable error) {
		if (!TERMINATED.compareAndSet(this, 0, 1)) {
			return;
		}
		this.output.call(() -> {
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

	/**
	 * Leaves the topic. May be called from any thread.
	 */
	@Override
	public void cancel() {
		this.terminated = 1;
		if (!this.output.tryExecute(this::cancelled)) {
			leaveTopic();
		}
	}

	private void cancelled() {
		this.ended = true;
		leave();
	}

}
