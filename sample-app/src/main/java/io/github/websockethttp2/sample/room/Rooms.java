package io.github.websockethttp2.sample.room;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.springframework.stereotype.Component;

/**
 * The rooms that have members. A room is created for its first member, and forgotten with
 * all that was said in it when the last one leaves.
 */
@Component
class Rooms {

	private final Map<String, Room> rooms = new ConcurrentHashMap<>();

	Room join(String name, Member member) {
		// Within compute(), so that nobody enters a room that is being forgotten
		Room room = this.rooms.compute(name, (key, existing) -> {
			Room entered = (existing != null) ? existing : new Room();
			entered.enter(member);
			return entered;
		});
		// Outside of it, because a member that is too slow leaves at once
		room.announce(member);
		return room;
	}

	void leave(String name, Member member) {
		Room room = this.rooms.get(name);
		if (room != null) {
			room.leave(member);
			this.rooms.computeIfPresent(name, (key, existing) -> (!existing.isEmpty()) ? existing : null);
		}
	}

	int size() {
		return this.rooms.size();
	}

}
