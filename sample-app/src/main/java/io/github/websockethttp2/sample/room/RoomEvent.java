package io.github.websockethttp2.sample.room;

import java.time.Instant;

/**
 * What the members of a {@link Room} are told.
 *
 * @param kind what happened
 * @param time when it happened
 * @param name who did it
 * @param text what was said, empty for other events
 * @param members how many members the room has now
 */
record RoomEvent(Kind kind, Instant time, String name, String text, int members) {

	/**
	 * What can happen in a room.
	 */
	enum Kind {

		/**
		 * A member joined.
		 */
		JOINED,

		/**
		 * A member said something.
		 */
		SAID,

		/**
		 * A member left.
		 */
		LEFT

	}

}
