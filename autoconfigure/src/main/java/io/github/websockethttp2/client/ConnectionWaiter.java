package io.github.websockethttp2.client;

/**
 * Who needs a connection of a {@link ConnectionPool}.
 *
 * @param <C> the type of connections
 */
interface ConnectionWaiter<C> {

	/**
	 * There is one, with a place taken for this socket.
	 */
	void assigned(C connection);

}
