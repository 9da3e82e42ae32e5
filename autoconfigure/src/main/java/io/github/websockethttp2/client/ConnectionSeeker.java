package io.github.websockethttp2.client;

import org.jspecify.annotations.Nullable;
import reactor.netty.Connection;

/**
 * Who needs an HTTP/2 connection, and may do without.
 */
interface ConnectionSeeker extends ConnectionWaiter<ClientConnection> {

	/**
	 * There will be no connection.
	 * @param error why
	 */
	void failed(Throwable error);

	/**
	 * There will be no HTTP/2.
	 * @param cause why
	 * @param connection a connection to go on with over HTTP/1.1, if there is one
	 */
	void fallBack(FallbackCause cause, @Nullable Connection connection);

}
