package io.github.websockethttp2.topic;

/**
 * What became of a message in this process.
 *
 * @param accepted how many subscribers have got it, or have it among what waits for them
 * @param dropped how many messages were dropped for subscribers that are slow: this one
 * or others that waited
 * @param closed how many subscribers were closed for being slow
 */
public record Delivery(int accepted, int dropped, int closed) {

	/** Of a message to nobody. */
	static final Delivery NONE = new Delivery(0, 0, 0);

}
