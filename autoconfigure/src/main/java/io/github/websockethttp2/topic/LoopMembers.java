package io.github.websockethttp2.topic;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

import io.netty.channel.EventLoop;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of a topic on one event loop. A message is one task for all of them. What
 * they write is flushed to their connection at once, while all that this needs is in the
 * cache. If further messages follow, it is flushed together with these, by one task
 * behind those that the event loop has already. Confined to the event loop, except for
 * {@link #post}.
 */
final class LoopMembers {

	private static final Log logger = LogFactory.getLog(LoopMembers.class);

	private final EventLoop eventLoop;

	private final TopicCounts topicCounts;

	/** Each session knows its place. Has gaps while a message is delivered. */
	private final List<@Nullable LoopMember> members = new ArrayList<>();

	private final List<LoopMember> unflushed = new ArrayList<>();

	private final List<LoopMember> tooSlow = new ArrayList<>();

	/** How many messages are still to be delivered. */
	private final AtomicInteger posted = new AtomicInteger();

	private boolean delivering;

	/** The message that is being delivered is the last for now. */
	private boolean last;

	private boolean gaps;

	private boolean flushing;

	/** How many sessions are in, or are about to be. Guarded by the topic. */
	private int size;

	LoopMembers(EventLoop eventLoop, TopicCounts topicCounts) {
		this.eventLoop = eventLoop;
		this.topicCounts = topicCounts;
	}

	// Guarded by the topic

	void joins() {
		this.size++;
	}

	/**
	 * A session is going to leave.
	 * @return whether it was the last
	 */
	boolean leaves() {
		this.size--;
		return this.size == 0;
	}

	EventLoop eventLoop() {
		return this.eventLoop;
	}

	/**
	 * Delivers a message on the event loop. May be called from any thread.
	 * @param message the message
	 * @param number the number of the message in the topic
	 * @param tally where it is counted
	 */
	void post(TopicMessage message, long number, Tally tally) {
		try {
			this.posted.incrementAndGet();
			this.eventLoop.execute(() -> deliver(message, number, tally));
		}
		catch (RejectedExecutionException ex) {
			this.posted.decrementAndGet();
			logger.debug("The server is down, and its sessions with it: " + ex);
			tally.add(new Counts());
		}
	}

	// On the event loop

	void add(LoopMember member) {
		member.place(this.members.size());
		this.members.add(member);
	}

	void remove(LoopMember member) {
		int place = member.place();
		if (place < 0) {
			return;
		}
		member.place(-1);
		if (this.delivering) {
			this.members.set(place, null);
			this.gaps = true;
			return;
		}
		LoopMember last = this.members.remove(this.members.size() - 1);
		if (last != null && last != member) {
			this.members.set(place, last);
			last.place(place);
		}
	}

	private void deliver(TopicMessage message, long number, Tally tally) {
		Counts counts = new Counts();
		try {
			this.delivering = true;
			this.last = this.posted.decrementAndGet() == 0;
			// Those who join meanwhile come behind, and do not get this one
			int size = this.members.size();
			for (int i = 0; i < size; i++) {
				LoopMember member = this.members.get(i);
				if (member != null) {
					member.take(message, number, counts);
				}
			}
		}
		finally {
			this.delivering = false;
			this.topicCounts.add(counts);
			try {
				closeGaps();
				flushSoon();
				closeTooSlow();
			}
			finally {
				tally.add(counts);
			}
		}
	}

	private void closeGaps() {
		if (this.gaps) {
			this.gaps = false;
			List<@Nullable LoopMember> before = List.copyOf(withoutGaps());
			this.members.clear();
			for (LoopMember member : before) {
				if (member != null) {
					add(member);
				}
			}
		}
	}

	private List<LoopMember> withoutGaps() {
		List<LoopMember> present = new ArrayList<>(this.members.size());
		for (LoopMember member : this.members) {
			if (member != null) {
				present.add(member);
			}
		}
		return present;
	}

	/**
	 * A session has written.
	 */
	void wrote(LoopMember member) {
		if (this.last) {
			flush(member);
		}
		else {
			this.unflushed.add(member);
		}
	}

	/**
	 * A session is to be closed when all others have got the message.
	 */
	void tooSlow(LoopMember member) {
		this.tooSlow.add(member);
	}

	private void closeTooSlow() {
		if (!this.tooSlow.isEmpty()) {
			List<LoopMember> members = List.copyOf(this.tooSlow);
			this.tooSlow.clear();
			members.forEach(LoopMember::close);
		}
	}

	private void flushSoon() {
		if (this.flushing || this.unflushed.isEmpty()) {
			return;
		}
		this.flushing = true;
		try {
			this.eventLoop.execute(this::flush);
		}
		catch (RejectedExecutionException ex) {
			flush();
		}
	}

	private void flush() {
		this.flushing = false;
		List<LoopMember> members = List.copyOf(this.unflushed);
		this.unflushed.clear();
		members.forEach(LoopMembers::flush);
	}

	private static void flush(LoopMember member) {
		try {
			member.flush();
		}
		catch (RuntimeException ex) {
			// The others get the message all the same
			logger.debug("A session of a topic cannot be flushed: " + ex);
		}
	}

}
