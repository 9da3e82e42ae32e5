package io.github.websockethttp2.frame;

/**
 * Which end of a WebSocket this is.
 */
public enum Role {

	/**
	 * Masks what it sends, and refuses what is masked (RFC 6455, section 5.1).
	 */
	CLIENT,

	/**
	 * Refuses what is not masked, and does not mask (RFC 6455, section 5.1).
	 */
	SERVER

}
