package io.github.websockethttp2.transport;

import io.netty.channel.Channel;
import io.netty.channel.WriteBufferWaterMark;

/**
 * Counts the bytes that wait in a channel. Netty reports only how far their number is
 * from its two water marks.
 */
final class BufferedAmount {

	private BufferedAmount() {
	}

	/**
	 * Returns how many bytes wait. May be called from any thread.
	 * @param channel the channel of a session
	 * @return the number of bytes
	 */
	static long of(Channel channel) {
		if (!channel.isActive()) {
			return 0;
		}
		WriteBufferWaterMark marks = channel.config().getWriteBufferWaterMark();
		long bytes = (channel.isWritable()) ? marks.high() + 1 - channel.bytesBeforeUnwritable()
				: marks.low() - 1 + channel.bytesBeforeWritable();
		// The channel may have passed a mark between the two calls
		return Math.max(0, bytes);
	}

}
