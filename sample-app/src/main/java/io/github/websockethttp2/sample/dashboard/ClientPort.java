package io.github.websockethttp2.sample.dashboard;

import java.net.InetSocketAddress;

import org.jspecify.annotations.Nullable;

/**
 * The client's port of a TCP connection. Requests from the same port share a connection,
 * whatever else is said about them.
 */
final class ClientPort {

	private ClientPort() {
	}

	static int of(@Nullable InetSocketAddress remoteAddress) {
		return (remoteAddress != null) ? remoteAddress.getPort() : 0;
	}

}
