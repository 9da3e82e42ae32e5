package io.github.websockethttp2.channel;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a ping that waits until the peer reads. Of several, only the last is
 * answered (RFC 6455, section 5.5.3). Otherwise a peer that does not read could make any
 * number of pongs pile up.
 */
final class PendingPong {

	private @Nullable ByteBuf payload;

	/**
	 * Takes the payload, if there is one.
	 */
	@Nullable ByteBuf take() {
		ByteBuf payload = this.payload;
		this.payload = null;
		return payload;
	}

	/**
	 * Keeps a payload.
	 */
	void set(ByteBuf payload) {
		this.payload = payload;
	}

	/**
	 * Drops the payload.
	 * @return whether there was one
	 */
	boolean drop() {
		ByteBuf payload = take();
		return payload != null && payload.release();
	}

}
