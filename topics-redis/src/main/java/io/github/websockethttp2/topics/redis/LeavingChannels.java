package io.github.websockethttp2.topics.redis;

import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The channels that we have unsubscribed from ourselves, until Redis confirms it.
 * Thread-safe.
 */
final class LeavingChannels {

	private final Set<ByteBuffer> channels = ConcurrentHashMap.newKeySet();

	void add(byte[] channel) {
		this.channels.add(ByteBuffer.wrap(channel));
	}

	/**
	 * Redis has confirmed, or has done it by itself.
	 * @return whether it was asked to
	 */
	boolean remove(byte[] channel) {
		return this.channels.remove(ByteBuffer.wrap(channel));
	}

}
