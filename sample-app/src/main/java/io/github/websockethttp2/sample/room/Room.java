package io.github.websockethttp2.sample.room;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A chat room: its members and the last things said. Safe for concurrent use.
 */
class Room {

	static final int HISTORY_LENGTH = 30;

	private final Deque<RoomEvent> history = new ArrayDeque<>();

	private final Set<Member> members = new LinkedHashSet<>();

	/**
	 * Lets a member in, and tells it what was said before. The others do not know yet.
	 * @param member the member
	 */
	synchronized void enter(Member member) {
		this.history.forEach(member::tell);
		this.members.add(member);
	}

	synchronized void announce(Member member) {
		tellAll(event(RoomEvent.Kind.JOINED, member, ""));
	}

	synchronized void say(Member member, String text) {
		if (!this.members.contains(member)) {
			return;
		}
		RoomEvent event = event(RoomEvent.Kind.SAID, member, text);
		if (this.history.size() == HISTORY_LENGTH) {
			this.history.removeFirst();
		}
		this.history.addLast(event);
		tellAll(event);
	}

	synchronized void leave(Member member) {
		if (this.members.remove(member)) {
			member.leave();
			tellAll(event(RoomEvent.Kind.LEFT, member, ""));
		}
	}

	synchronized boolean isEmpty() {
		return this.members.isEmpty();
	}

	private RoomEvent event(RoomEvent.Kind kind, Member member, String text) {
		return new RoomEvent(kind, Instant.now(), member.name(), text, this.members.size());
	}

	private void tellAll(RoomEvent event) {
		// A copy, because a member that is too slow leaves while it is being told
		for (Member member : List.copyOf(this.members)) {
			if (!member.tell(event)) {
				member.drop();
				leave(member);
			}
		}
	}

}
