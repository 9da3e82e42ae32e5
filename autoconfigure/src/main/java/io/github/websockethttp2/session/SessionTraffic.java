package io.github.websockethttp2.session;

/**
 * Counts what sessions of the same path pattern and protocol do on one event loop. Called
 * on that event loop only, with every message, so it must be cheap.
 */
public interface SessionTraffic {

	/**
	 * A text or binary message has been received.
	 * @param bytes the size of its payload
	 */
	void received(int bytes);

	/**
	 * A text or binary message has been written.
	 * @param bytes the size of its payload
	 */
	void sent(int bytes);

	/**
	 * A ping will not be answered, since another has come before its answer could be
	 * sent.
	 */
	void pingDropped();

	/**
	 * The client of a session has not answered a ping in time.
	 */
	void heartbeatLost();

	/**
	 * The number of bytes that wait in a session has changed, or is the same as in the
	 * round before.
	 * @param before how many it was
	 * @param now how many it is
	 * @param round a number that grows by one each time all sessions with waiting bytes
	 * have been looked at
	 */
	void waiting(long before, long now, int round);

	/**
	 * Bytes of a session have waited.
	 * @param bottleneck what for
	 * @param nanos how long
	 */
	void waited(Bottleneck bottleneck, long nanos);

	/**
	 * A session has become slow, or is no longer.
	 * @param slow whether it is now
	 */
	void slow(boolean slow);

}
