package io.github.websockethttp2.topic;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.channel.AbortedException;

import org.springframework.core.ResolvableType;

/**
 * A topic that somebody is in. All who are in it get its messages in the same order: that
 * in which they are put on the event loops, under a lock. Thread-safe.
 */
final class LiveTopic {

	private final String name;

	private final ResolvableType type;

	private final TopicCounts counts;

	private final BiConsumer<String, LiveTopic> onGone;

	private final TopicPresence presence;

	private final Map<EventLoop, LoopMembers> loops = new HashMap<>(4);

	private final Set<FluxMember<?>> others = new LinkedHashSet<>(2);

	private final Consumer<SessionMember> sessionExit = this::leave;

	private final Consumer<FluxMember<?>> otherExit = this::leave;

	private final RecentMessages recent = new RecentMessages();

	/** The number of the last message. */
	private long number;

	private int size;

	/** Nobody is in it any more, and nobody gets in. */
	private boolean gone;

	/**
	 * Create a topic.
	 * @param name its name
	 * @param type the type of its messages
	 * @param counts counts what happens
	 * @param onGone called when the last has left
	 * @param presence is told when somebody comes, and when the last has left
	 */
	LiveTopic(String name, ResolvableType type, TopicCounts counts, BiConsumer<String, LiveTopic> onGone,
			TopicPresence presence) {
		this.name = name;
		this.type = type;
		this.counts = counts;
		this.onGone = onGone;
		this.presence = presence;
	}

	/**
	 * Checks the type of the messages that somebody wants or sends.
	 * @throws IllegalStateException if it is another
	 */
	void check(ResolvableType type) {
		if (!type.equals(this.type)) {
			throw new IllegalStateException("The messages of the topic '" + this.name + "' are of the type " + this.type
					+ ", and cannot be of " + type);
		}
	}

	synchronized int size() {
		return this.size;
	}

	/**
	 * Lets a session in. Called on any thread.
	 * @param member the session
	 * @param catchUp what it gets first
	 * @return {@code false} if this topic is gone
	 */
	boolean join(SessionMember member, CatchUp catchUp) {
		EventLoop eventLoop = member.output().eventLoop();
		boolean here = eventLoop.inEventLoop();
		boolean alive;
		synchronized (this) {
			if (this.gone) {
				return false;
			}
			catchUp.complete();
			LoopMembers loop = this.loops.computeIfAbsent(eventLoop, (added) -> new LoopMembers(added, this.counts));
			loop.joins();
			joins();
			member.joins(loop, this.number, catchUp.take(), this.sessionExit);
			// In front of the next message, which cannot come in between on the same
			// thread
			alive = here || member.output().tryExecute(member::start);
			catchUp.end();
		}
		if (!alive) {
			member.rejected(AbortedException.beforeSend());
		}
		else if (here) {
			member.start();
		}
		return true;
	}

	/**
	 * Lets a subscriber in that is not a session.
	 * @param member the subscriber
	 * @param catchUp what it gets first
	 * @return {@code false} if this topic is gone
	 */
	synchronized boolean join(FluxMember<?> member, CatchUp catchUp) {
		if (this.gone) {
			return false;
		}
		catchUp.complete();
		this.others.add(member);
		member.joins(catchUp.take(), this.otherExit);
		joins();
		catchUp.end();
		return true;
	}

	/**
	 * Keeps messages for somebody who is going to join.
	 * @return {@code false} if this topic is gone
	 */
	synchronized boolean begins(CatchUp catchUp) {
		if (this.gone) {
			return false;
		}
		boolean occupied = isOccupied();
		catchUp.begins(this.recent, this::ends);
		if (!occupied) {
			this.presence.occupied(this.name);
		}
		return true;
	}

	/**
	 * Somebody has joined, or never will.
	 */
	private synchronized void ends(CatchUp catchUp) {
		catchUp.ends();
		if (!this.gone) {
			goIfEmpty();
		}
	}

	private boolean isOccupied() {
		return this.size > 0 || this.recent.isUsed();
	}

	private void joins() {
		boolean occupied = isOccupied();
		this.size++;
		this.counts.joined();
		if (!occupied) {
			this.presence.occupied(this.name);
		}
	}

	/**
	 * A session leaves, if it is still in.
	 */
	private synchronized void leave(SessionMember member) {
		LoopMembers loop = member.leaves();
		if (loop != null) {
			if (loop.leaves()) {
				this.loops.remove(loop.eventLoop());
			}
			left();
		}
	}

	/**
	 * A subscriber leaves, if it is still in.
	 */
	private synchronized void leave(FluxMember<?> member) {
		if (this.others.remove(member)) {
			left();
		}
	}

	private void left() {
		this.size--;
		this.counts.left();
		goIfEmpty();
	}

	private void goIfEmpty() {
		if (!isOccupied()) {
			this.gone = true;
			this.onGone.accept(this.name, this);
			this.presence.empty(this.name);
		}
	}

	/**
	 * Sends a message to everybody in the topic. Called on any thread.
	 * @param message the message
	 * @param publish publishes it to other instances, in the same order as here
	 * @return what becomes of it, or {@code null} if this topic is gone
	 */
	@Nullable Mono<Delivery> send(TopicMessage message, Runnable publish) {
		Counts counts = new Counts();
		List<FluxMember<?>> others;
		Tally tally;
		synchronized (this) {
			if (this.gone) {
				return null;
			}
			publish.run();
			this.recent.add(message);
			this.number++;
			tally = new Tally(this.loops.size() + 1);
			others = List.copyOf(this.others);
			others.forEach((member) -> member.offer(message, counts));
			for (LoopMembers loop : this.loops.values()) {
				loop.post(message, this.number, tally);
			}
		}
		others.forEach(FluxMember::drain);
		this.counts.add(counts);
		tally.add(counts);
		return tally.result();
	}

}
