package io.github.websockethttp2.handshake;

/**
 * Listens to the outcome of every handshake that reached the application or was accepted
 * past it. A client that leaves before there is an answer causes no call. Called on any
 * thread, for several handshakes at the same time. Must not block. An exception is logged
 * and does not affect other listeners.
 *
 * @see HandshakeOutcomes#addListener(HandshakeListener)
 */
public interface HandshakeListener {

	/**
	 * A WebSocket has opened.
	 * @param handshake the handshake
	 */
	void accepted(Handshake handshake);

	/**
	 * A handshake has been answered otherwise.
	 * @param handshake the handshake
	 * @param refusal the answer
	 */
	void refused(Handshake handshake, HandshakeRefusal refusal);

}
