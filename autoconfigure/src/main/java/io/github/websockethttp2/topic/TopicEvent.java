package io.github.websockethttp2.topic;

/**
 * What happens between a topic of this instance and the same topic of others.
 */
public enum TopicEvent {

	/**
	 * Messages of other instances come from now on.
	 */
	UP,

	/**
	 * Messages of other instances do not come until it is {@link #UP} again, and those of
	 * this one do not get there.
	 */
	DOWN,

	/**
	 * Messages of other instances may have been missed.
	 */
	GAP

}
