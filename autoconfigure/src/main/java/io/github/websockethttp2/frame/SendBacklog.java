package io.github.websockethttp2.frame;

/**
 * What has been written and waits for the peer. While there is enough of it, frames had
 * better wait unwritten and become one with those that follow.
 */
public interface SendBacklog {

	/**
	 * Returns whether what is written now would only wait for the peer.
	 * @return whether to write later
	 */
	boolean isHoldingBack();

	/**
	 * Has the channel flushed as soon as something can be written that need not wait.
	 */
	void flushWhenReleased();

}
