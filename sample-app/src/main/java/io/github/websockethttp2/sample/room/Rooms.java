package io.github.websockethttp2.sample.room;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.github.websockethttp2.topic.Topics;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.stereotype.Component;

/**
 * The rooms that have members. A room is created for its first member, and forgotten with
 * all that was said in it when the last one leaves.
 */
@Component
class Rooms {

	private final Map<String, Room> rooms = new ConcurrentHashMap<>();

	private final Topics topics;

	private final JsonMapper jsonMapper;

	Rooms(Topics topics, JsonMapper jsonMapper) {
		this.topics = topics;
		this.jsonMapper = jsonMapper;
	}

	Room enter(String name) {
		return this.rooms.compute(name, (key, existing) -> ((existing != null) ? existing : create(key)).enter());
	}

	private Room create(String name) {
		return new Room(this.topics.get("rooms/" + name, RoomEvent.class), this.jsonMapper);
	}

	void leave(String name, String member) {
		Room room = this.rooms.get(name);
		if (room != null) {
			room.leave(member);
			this.rooms.computeIfPresent(name, (key, existing) -> (existing.isEmpty()) ? null : existing);
		}
	}

	int size() {
		return this.rooms.size();
	}

}
