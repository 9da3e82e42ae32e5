package io.github.websockethttp2.client;

/**
 * Hears of a connection. Called on its event loop.
 *
 * @param <C> the type of connections
 */
interface ClientConnectionListener<C> {

	/**
	 * The connection can carry sockets.
	 */
	void ready(C connection, int limit);

	/**
	 * The connection cannot carry sockets.
	 */
	void unfit(FallbackCause cause);

	/**
	 * The connection was lost before it was ready.
	 */
	void failed(Throwable cause);

	/**
	 * The server has changed how many streams there may be.
	 */
	void limit(C connection, int limit);

	/**
	 * The server takes no new streams.
	 */
	void draining(C connection);

	/**
	 * The connection is closed.
	 */
	void closed(C connection);

}
