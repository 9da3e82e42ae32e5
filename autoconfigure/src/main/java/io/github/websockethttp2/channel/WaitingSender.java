package io.github.websockethttp2.channel;

/**
 * A sender with messages that wait until the peer reads.
 */
public interface WaitingSender {

	/**
	 * There is room for messages again.
	 */
	void roomAgain();

	/**
	 * Another sender is about to send what has to come behind the messages that wait.
	 * They have to be written now, whether or not there is room.
	 */
	void writeWaiting();

}
