package io.github.websockethttp2.sample;

import java.time.Instant;

/**
 * What the members of a {@link Room} are told.
 *
 * @param kind what happened
 * @param time when it happened
 * @param name who did it
 * @param text what was said, or nothing
 * @param members how many are in the room since
 */
record RoomEvent(Kind kind, Instant time, String name, String text, int members) {

	/**
	 * What can happen in a room.
	 */
	enum Kind {

		/**
		 * A member came.
		 */
		JOINED,

		/**
		 * A member said something.
		 */
		SAID,

		/**
		 * A member went.
		 */
		LEFT

	}

}
