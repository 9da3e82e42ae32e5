package io.github.websockethttp2.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;

/**
 * Operations on any TCP connection.
 */
public final class Connections {

	private Connections() {
	}

	/**
	 * Aborts a connection, past all handlers of its pipeline: TLS would wait for a
	 * closing alert from a peer that does not read, and HTTP/2 for its streams to end.
	 * @param connection the connection
	 */
	public static void abort(Channel connection) {
		ChannelHandlerContext first = connection.pipeline().firstContext();
		if (first != null) {
			first.close();
		}
	}

}
