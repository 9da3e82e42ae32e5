package io.github.websockethttp2.topic;

/**
 * Is told which topics have somebody in them. Called under the topic's lock, alternately
 * for each topic object.
 */
interface TopicPresence {

	/** For topics of this process only. */
	TopicPresence NOBODY_ASKS = new TopicPresence() {

		@Override
		public void occupied(String name) {
		}

		@Override
		public void empty(String name) {
		}

	};

	/**
	 * Somebody is in the topic.
	 */
	void occupied(String name);

	/**
	 * The last has left.
	 */
	void empty(String name);

}
