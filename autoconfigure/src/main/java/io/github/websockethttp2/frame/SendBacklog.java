package io.github.websockethttp2.frame;

/**
 * The bytes that have been written and wait for the peer. While there are enough, further
 * frames should not be written yet but be collected with those that follow.
 */
public interface SendBacklog {

	/**
	 * Returns whether bytes that are written now would only wait for the peer.
	 * @return whether to write later
	 */
	boolean isHoldingBack();

	/**
	 * Flushes the channel as soon as some of the backlog has been written.
	 */
	void flushWhenWritten();

}
