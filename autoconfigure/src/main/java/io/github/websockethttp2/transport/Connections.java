package io.github.websockethttp2.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;

/**
 * What can be done to any TCP connection.
 */
public final class Connections {

	private Connections() {
	}

	/**
	 * Closes a connection past all that is in its pipeline: TLS would wait for a peer
	 * that does not read to say goodbye, and HTTP/2 for its streams to end.
	 * @param connection the connection
	 */
	public static void abort(Channel connection) {
		ChannelHandlerContext first = connection.pipeline().firstContext();
		if (first != null) {
			first.close();
		}
	}

}
