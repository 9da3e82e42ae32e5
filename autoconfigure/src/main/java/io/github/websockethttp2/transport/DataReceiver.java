package io.github.websockethttp2.transport;

import io.netty.buffer.ByteBuf;

/**
 * Takes the DATA of a session's stream straight from the connection's decoder. Throws
 * nothing, which for the decoder would be the end of the connection. Called on the event
 * loop.
 */
interface DataReceiver {

	/**
	 * Takes DATA that does not end the stream.
	 * @param content the bytes, which the receiver then owns
	 * @param padding how many bytes of the windows the frame has used besides
	 * @return whether {@link #dataReadComplete()} is to be called, and was not before
	 */
	boolean dataRead(ByteBuf content, int padding);

	/**
	 * What was read together has been taken.
	 */
	void dataReadComplete();

}
