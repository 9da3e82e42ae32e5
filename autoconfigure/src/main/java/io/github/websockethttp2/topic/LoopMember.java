package io.github.websockethttp2.topic;

/**
 * A session of a topic, for {@link LoopMembers}. Confined to its event loop.
 */
interface LoopMember {

	/**
	 * Takes a message, unless it was sent before the session joined.
	 * @param message the message
	 * @param number the number of the message in the topic
	 * @param counts counts it
	 */
	void take(TopicMessage message, long number, Counts counts);

	/**
	 * Flushes what has been written.
	 */
	void flush();

	/**
	 * Closes the session, since it is too slow.
	 */
	void close();

	/**
	 * Returns the session's place among the others.
	 * @return the place, or -1 for none
	 */
	int place();

	/**
	 * Sets the session's place among the others.
	 * @param place the place, or -1 for none
	 */
	void place(int place);

}
