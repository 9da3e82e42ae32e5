package io.github.websockethttp2.transport;

import org.jspecify.annotations.Nullable;

/**
 * Hears what has become of the bytes of a stream.
 */
@FunctionalInterface
interface DataListener {

	/**
	 * Bytes have reached the socket, or never will. Nothing is being distributed then.
	 * @param bytes how many bytes
	 * @param cause why they have not been sent, or {@code null} if they have
	 */
	void done(int bytes, @Nullable Throwable cause);

}
