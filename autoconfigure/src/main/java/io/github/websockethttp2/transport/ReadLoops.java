package io.github.websockethttp2.transport;

import io.netty.channel.Channel;

/**
 * The read loops of a stream's channel, which counts up to 16 frames per read loop but,
 * unlike other channels, never resets the count: from the 17th frame on, each would be a
 * read of its own, and the answer to it a write of its own. {@code FrameEconomyTests}
 * fails if that changes.
 */
final class ReadLoops {

	private ReadLoops() {
	}

	/**
	 * Resets the count of frames.
	 * @param channel a stream's channel, on its event loop
	 */
	static void reset(Channel channel) {
		channel.unsafe().recvBufAllocHandle().reset(channel.config());
	}

}
